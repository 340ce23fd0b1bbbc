using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Which requests a route takes.</summary>
internal static class RouteMatches
{
    private const string Any = "/";
    private const string AnyRegex = ".*";

    /// <summary>The match; null for all requests.</summary>
    /// <param name="match">What is asked for.</param>
    /// <param name="separatesPaths">Whether prefixes of paths end at a slash.</param>
    public static RouteMatch Convert(HTTPMatchRequest? match, bool separatesPaths = false)
    {
        var result = new RouteMatch { Prefix = Any };
        if (match is null)
            return result;
        AddHeaders(result, match.Headers, inverted: false);
        AddHeaders(result, match.WithoutHeaders, inverted: true);
        var sorted = result.Headers.OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        result.Headers.Clear();
        result.Headers.AddRange(sorted);
        SetPath(result, match.Uri, separatesPaths);
        result.CaseSensitive = !match.IgnoreUriCase;
        foreach (var (name, value) in new[] { (":method", match.Method), (":authority", match.Authority), (":scheme", match.Scheme) })
        {
            if (value is not null)
                result.Headers.Add(Header(name, value));
        }

        foreach (var (name, value) in match.QueryParams.OrderBy(q => q.Key, StringComparer.Ordinal))
            result.QueryParameters.Add(Query(name, value));
        return result;
    }

    /// <summary>Whether no request passes the match by, so that what follows it is never reached.</summary>
    public static bool IsCatchAll(RouteMatch match)
    {
        var path = match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix == Any,
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => match.PathSeparatedPrefix == Any,
            RouteMatch.PathSpecifierOneofCase.SafeRegex => match.SafeRegex.Regex == AnyRegex,
            _ => false,
        };
        return path && match.Headers.Count == 0 && match.QueryParameters.Count == 0 && match.DynamicMetadata.Count == 0;
    }

    private static void SetPath(RouteMatch result, StringMatch? uri, bool separatesPaths)
    {
        switch (uri?.MatchTypeCase)
        {
            case StringMatch.MatchTypeOneofCase.Exact:
                result.Path = uri.Exact;
                break;
            case StringMatch.MatchTypeOneofCase.Prefix when separatesPaths && uri.Prefix != Any:
                result.PathSeparatedPrefix = uri.Prefix.EndsWith('/') ? uri.Prefix[..^1] : uri.Prefix;
                break;
            case StringMatch.MatchTypeOneofCase.Prefix:
                result.Prefix = uri.Prefix;
                break;
            case StringMatch.MatchTypeOneofCase.Regex:
                result.SafeRegex = new RegexMatcher { Regex = uri.Regex };
                break;
        }
    }

    private static void AddHeaders(RouteMatch result, MapField<string, StringMatch> headers, bool inverted)
    {
        foreach (var (name, value) in headers.OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            if (ClaimMatches.Convert(name, value) is { } claim)
            {
                claim.Invert = inverted;
                result.DynamicMetadata.Add(claim);
                continue;
            }

            var header = Header(name, value);
            header.InvertMatch = inverted;
            header.TreatMissingHeaderAsEmpty = inverted && !StringMatches.IsPresence(value);
            result.Headers.Add(header);
        }
    }

    private static HeaderMatcher Header(string name, StringMatch value)
    {
        var header = new HeaderMatcher { Name = name };
        if (StringMatches.IsPresence(value))
            header.PresentMatch = true;
        else
            header.StringMatch = StringMatches.Convert(value);
        return header;
    }

    private static QueryParameterMatcher Query(string name, StringMatch value)
    {
        var query = new QueryParameterMatcher { Name = name };
        if (StringMatches.IsPresence(value))
            query.PresentMatch = true;
        else
            query.StringMatch = StringMatches.Convert(value);
        return query;
    }
}
