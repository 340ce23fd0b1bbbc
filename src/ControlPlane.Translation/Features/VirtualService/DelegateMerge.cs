using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>
/// Puts the routes of a delegate in the place of the route that leaves them to it. Matches are joined, one for each pair that does
/// not conflict; a delegate's route of which some match fits none of the root's is left out. What the delegate does not say it
/// inherits, whole blocks at a time.
/// </summary>
internal static class DelegateMerge
{
    // Two objects of the API server's size limit could multiply to more than any memory holds.
    private const int MaxMatches = 4096;
    private const int MaxRoutes = 4096;

    /// <summary>The routes of a VirtualService with those that it delegates merged in, as many as a proxy can bear.</summary>
    public static IEnumerable<T> Bound<T>(IEnumerable<T> routes) => routes.Take(MaxRoutes);

    /// <summary>The merged routes; the messages given are not written to. A pair with too many matches is left out like one that conflicts.</summary>
    public static IEnumerable<HTTPRoute> Merge(HTTPRoute root, IEnumerable<HTTPRoute> delegates)
    {
        foreach (var route in delegates)
        {
            if (Matches(root.Match, route.Match) is { } matches)
                yield return Merge(root, route, matches);
        }
    }

    private static HTTPRoute Merge(HTTPRoute root, HTTPRoute leaf, List<HTTPMatchRequest> matches)
    {
        var result = leaf.Clone();
        result.Match.Clear();
        result.Match.AddRange(matches);
        result.Name = Joined(root.Name, leaf.Name);
        result.Rewrite ??= root.Rewrite;
        result.DirectResponse ??= root.DirectResponse;
        result.Timeout ??= root.Timeout;
        result.Retries ??= root.Retries;
        result.Fault ??= root.Fault;
        result.Mirror ??= root.Mirror;
        result.MirrorPercent ??= root.MirrorPercent;
        result.MirrorPercentage ??= root.MirrorPercentage;
        result.CorsPolicy ??= root.CorsPolicy;
        result.Headers ??= root.Headers;
        if (result.Mirrors.Count == 0)
            result.Mirrors.AddRange(root.Mirrors);
        return result;
    }

    /// <summary>Null where some match of the delegate fits no match of the root.</summary>
    private static List<HTTPMatchRequest>? Matches(RepeatedField<HTTPMatchRequest> roots, RepeatedField<HTTPMatchRequest> leaves)
    {
        if (roots.Count == 0 || leaves.Count == 0)
            return [.. roots.Count == 0 ? leaves : roots];
        if ((long)roots.Count * leaves.Count > MaxMatches)
            return null;
        var result = new List<HTTPMatchRequest>();
        foreach (var leaf in leaves)
        {
            var fitting = roots.Where(r => !Conflict(r, leaf)).Select(r => Merge(r, leaf)).ToList();
            if (fitting.Count == 0)
                return null;
            result.AddRange(fitting);
        }

        return result;
    }

    private static HTTPMatchRequest Merge(HTTPMatchRequest root, HTTPMatchRequest leaf)
    {
        var result = leaf.Clone();
        result.Name = Joined(root.Name, leaf.Name);
        result.Uri ??= root.Uri;
        result.Scheme ??= root.Scheme;
        result.Method ??= root.Method;
        result.Authority ??= root.Authority;
        Unite(result.Headers, root.Headers);
        Unite(result.WithoutHeaders, root.WithoutHeaders);
        Unite(result.QueryParams, root.QueryParams);
        Unite(result.SourceLabels, root.SourceLabels);
        if (result.Port == 0)
            result.Port = root.Port;
        if (result.SourceNamespace.Length == 0)
            result.SourceNamespace = root.SourceNamespace;
        if (result.StatPrefix.Length == 0)
            result.StatPrefix = root.StatPrefix;
        if (result.Gateways.Count == 0)
            result.Gateways.AddRange(root.Gateways);
        return result;
    }

    private static void Unite<T>(MapField<string, T> target, MapField<string, T> source)
    {
        foreach (var (key, value) in source)
        {
            if (!target.ContainsKey(key))
                target[key] = value;
        }
    }

    private static bool Conflict(HTTPMatchRequest root, HTTPMatchRequest leaf) =>
        Conflict(root.Uri, leaf.Uri) || Conflict(root.Scheme, leaf.Scheme) || Conflict(root.Method, leaf.Method) || Conflict(root.Authority, leaf.Authority)
        || Conflict(root.Headers, leaf.Headers) || Conflict(root.WithoutHeaders, leaf.WithoutHeaders) || Conflict(root.QueryParams, leaf.QueryParams)
        || root.IgnoreUriCase != leaf.IgnoreUriCase
        || (root.Port > 0 && leaf.Port > 0 && root.Port != leaf.Port)
        || (root.SourceNamespace.Length > 0 && root.SourceNamespace != leaf.SourceNamespace)
        || leaf.SourceLabels.Any(l => root.SourceLabels.TryGetValue(l.Key, out var value) && value != l.Value)
        || (root.Gateways.Count > 0 && leaf.Gateways.Count > 0 && (root.Gateways.Count < leaf.Gateways.Count || leaf.Gateways.Any(g => !root.Gateways.Contains(g))));

    private static bool Conflict(MapField<string, StringMatch> root, MapField<string, StringMatch> leaf) =>
        leaf.Any(l => root.TryGetValue(l.Key, out var value) && Conflict(value, l.Value));

    /// <summary>Whether the leaf may match what the root does not; two patterns of which one is a regular expression can't be compared.</summary>
    private static bool Conflict(StringMatch? root, StringMatch? leaf)
    {
        if (root is null || leaf is null)
            return false;
        if ((root.Regex.Length > 0 && IsSet(leaf)) || (leaf.Regex.Length > 0 && IsSet(root)))
            return true;
        if (root.Exact.Length > 0)
            return leaf.Prefix.Length > 0 || leaf.Exact != root.Exact;
        if (root.Prefix.Length == 0)
            return true;
        var text = leaf.Prefix.Length > 0 ? leaf.Prefix : leaf.Exact;
        return text.Length == 0 || !text.StartsWith(root.Prefix, StringComparison.Ordinal);
    }

    private static bool IsSet(StringMatch match) => match.Regex.Length > 0 || match.Prefix.Length > 0 || match.Exact.Length > 0;

    private static string Joined(string root, string leaf) => leaf.Length == 0 ? root : root.Length == 0 ? leaf : $"{root}-{leaf}";
}
