using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Converts the filters of HTTPRoutes and GRPCRoutes that change requests and responses.</summary>
internal static class RequestFilters
{
    private const string Root = "/";
    private const string FullPath = "ReplaceFullPath";
    private const string PrefixPath = "ReplacePrefixMatch";
    private const string AnyOrigin = "^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s?#]+$";
    private const int DefaultMaxAge = 5;
    private const int DefaultRedirect = 302;
    private const double Whole = 100;
    private const int DefaultDenominator = 100;

    /// <summary>Changes of headers; null where a value can't stand in a header, which has been noted.</summary>
    public static Headers.Types.HeaderOperations? Headers(Api.HeaderFilter filter, string field, RouteFaults faults)
    {
        var bad = filter.Set.Concat(filter.Add).FirstOrDefault(static h => h.Value.Any(static c => c != '\t' && (c < ' ' || c == '\x7f')));
        if (bad is not null)
        {
            faults.Refuse(field, $"the value of header {bad.Name} has characters that no header can have", Reasons.InvalidFilter);
            return null;
        }

        if (filter.Set.Concat(filter.Add).Select(static h => h.Name).Concat(filter.Remove).FirstOrDefault(static n => !HeaderRules.IsName(n) && !HeaderRules.IsAuthority(n)) is { } name)
        {
            faults.Refuse(field, $"'{name}' is no name of a header", Reasons.InvalidFilter);
            return null;
        }

        var result = new Headers.Types.HeaderOperations();
        Copy(filter.Set, result.Set);
        Copy(filter.Add, result.Add);
        result.Remove.AddRange(filter.Remove);
        return result;
    }

    /// <summary>A rewrite; null where nothing is changed.</summary>
    public static HTTPRewrite? Rewrite(Api.RewriteFilter filter)
    {
        var result = new HTTPRewrite { Authority = filter.Hostname };
        if (filter.Path?.Type == PrefixPath)
        {
            var prefix = filter.Path.ReplacePrefixMatch;
            prefix = prefix.EndsWith('/') ? prefix[..^1] : prefix;
            result.Uri = prefix.Length == 0 ? Root : prefix;
        }
        else if (filter.Path?.Type == FullPath)
        {
            result.UriRegexRewrite = new RegexRewrite { Match = "/.*", Rewrite = filter.Path.ReplaceFullPath };
        }

        return result.CalculateSize() == 0 ? null : result;
    }

    /// <summary>A redirect. Without a port it keeps that of the request, unless it names a scheme.</summary>
    public static HTTPRedirect Redirect(Api.RedirectFilter filter)
    {
        var result = new HTTPRedirect { RedirectCode = (uint)(filter.StatusCode ?? DefaultRedirect), Authority = filter.Hostname, Scheme = filter.Scheme ?? "" };
        if (filter.Port is { } port)
            result.Port = (uint)port;
        else
            result.DerivePort = filter.Scheme is null ? HTTPRedirect.Types.RedirectPortSelection.FromRequestPort : HTTPRedirect.Types.RedirectPortSelection.FromProtocolDefault;
        if (filter.Path?.Type == FullPath)
            result.Uri = filter.Path.ReplaceFullPath;
        else if (filter.Path?.Type == PrefixPath)
            result.PrefixRewrite = filter.Path.ReplacePrefixMatch;
        return result;
    }

    /// <summary>The share of requests that is mirrored; null for all.</summary>
    public static Percent? Share(Api.MirrorFilter filter)
    {
        if (filter.Fraction is { } fraction)
            return new Percent { Value = Whole * fraction.Numerator / (fraction.Denominator ?? DefaultDenominator) };
        return filter.Percent is { } percent ? new Percent { Value = percent } : null;
    }

    /// <summary>What browsers of other origins may do. Preflights that don't match are answered too.</summary>
    public static CorsPolicy Cors(Api.CorsFilter filter)
    {
        var result = new CorsPolicy { UnmatchedPreflights = CorsPolicy.Types.UnmatchedPreflights.Ignore };
        result.AllowOrigins.AddRange(filter.AllowOrigins.Where(static o => o.Length > 0).Select(Origin));
        if (filter.AllowCredentials == true)
            result.AllowCredentials = true;
        result.AllowMethods.AddRange(filter.AllowMethods);
        result.AllowHeaders.AddRange(filter.AllowHeaders);
        result.ExposeHeaders.AddRange(filter.ExposeHeaders);
        var age = filter.MaxAge ?? DefaultMaxAge;
        if (age > 0)
            result.MaxAge = new Google.Protobuf.WellKnownTypes.Duration { Seconds = age };
        return result;
    }

    /// <summary>A duration that a rule names; null where it names none, or none that counts.</summary>
    public static Google.Protobuf.WellKnownTypes.Duration? Duration(string text, string field, RouteFaults faults)
    {
        if (text.Length == 0)
            return null;
        var duration = GoDurations.Parse(text);
        if (duration is null)
            faults.Warn(field, $"'{text}' is no duration and has no effect");
        return duration is { Seconds: 0, Nanos: 0 } ? null : duration;
    }

    private static StringMatch Origin(string origin)
    {
        var stars = origin.Count(static c => c == '*');
        if (origin == "*")
            return new StringMatch { Regex = AnyOrigin };
        if (stars == 0)
            return new StringMatch { Exact = origin };
        return stars == 1 && origin.EndsWith('*')
            ? new StringMatch { Prefix = origin[..^1] }
            : new StringMatch { Regex = $"^{Re2Syntax.Quote(origin).Replace("\\*", ".*", StringComparison.Ordinal)}$" };
    }

    /// <summary>To Envoy a percent sign begins a command; one that begins none, which Envoy would refuse, means itself.</summary>
    private static string Literal(string value) => HeaderRules.IsValue(value) ? value : value.Replace("%", "%%", StringComparison.Ordinal);

    /// <summary>Names count without case: of a repeated one the first is taken.</summary>
    private static void Copy(IEnumerable<Api.HeaderValue> source, Google.Protobuf.Collections.MapField<string, string> target)
    {
        foreach (var header in source)
            target.TryAdd(header.Name.ToLowerInvariant(), Literal(header.Value));
    }
}
