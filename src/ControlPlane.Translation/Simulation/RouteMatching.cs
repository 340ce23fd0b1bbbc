using Envoy.Config.Route.V3;
using Envoy.Type.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>Whether a route takes a request.</summary>
internal static class RouteMatching
{
    /// <summary>Place of the first route of a virtual host that takes the request, -1 for none.</summary>
    /// <param name="host">The virtual host.</param>
    /// <param name="headers">The request.</param>
    /// <param name="request">The request, for what chance draws.</param>
    /// <param name="tls">TLS that the proxy ended, null for none.</param>
    public static int Find(VirtualHost host, RequestHeaders headers, SimulatedRequest request, SimulatedTls? tls)
    {
        for (var i = 0; i < host.Routes.Count; i++)
        {
            if (Matches(host.Routes[i].Match, headers, request, tls))
                return i;
        }

        return -1;
    }

    private static bool Matches(RouteMatch match, RequestHeaders headers, SimulatedRequest request, SimulatedTls? tls) =>
        MatchesPath(match, headers, request.Method)
        && TakesShare(match.RuntimeFraction?.DefaultValue, request.Draw)
        && (match.Grpc is null || IsGrpc(headers))
        && match.Headers.All(matcher => HeaderMatching.Matches(matcher, headers))
        && match.QueryParameters.All(matcher => HeaderMatching.Matches(matcher, headers))
        && match.Cookies.All(matcher => HeaderMatching.Matches(matcher, headers))
        && MatchesTls(match.TlsContext, tls)
        // What filters leave behind is not known here: nothing is left, which only inverted matchers accept.
        && match.DynamicMetadata.All(matcher => matcher.Invert)
        && match.FilterState.Count == 0;

    private static bool MatchesPath(RouteMatch match, RequestHeaders headers, string method)
    {
        var path = RequestPaths.Split(headers.Path).Path;
        var comparison = match.CaseSensitive ?? true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        switch (match.PathSpecifierCase)
        {
            case RouteMatch.PathSpecifierOneofCase.Prefix:
                return path.StartsWith(match.Prefix, comparison);
            case RouteMatch.PathSpecifierOneofCase.Path:
                return path.Equals(match.Path, comparison);
            case RouteMatch.PathSpecifierOneofCase.SafeRegex:
                return Regexes.MatchesWhole(match.SafeRegex.Regex, path);
            case RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix:
                var prefix = match.PathSeparatedPrefix;
                return path.StartsWith(prefix, comparison) && (path.Length == prefix.Length || path[prefix.Length] == '/');
            case RouteMatch.PathSpecifierOneofCase.ConnectMatcher:
                return method == "CONNECT";
            default:
                return false;
        }
    }

    private static bool TakesShare(FractionalPercent? fraction, double? draw)
    {
        if (fraction is null)
            return true;
        var whole = fraction.Denominator switch
        {
            FractionalPercent.Types.DenominatorType.Million => 1_000_000d,
            FractionalPercent.Types.DenominatorType.TenThousand => 10_000d,
            _ => 100d,
        };
        return (draw ?? 0) < fraction.Numerator / whole;
    }

    private static bool IsGrpc(RequestHeaders headers) =>
        headers["content-type"] is { } type && type.StartsWith("application/grpc", StringComparison.Ordinal) && (type.Length == 16 || type[16] is '+' or ';');

    private static bool MatchesTls(RouteMatch.Types.TlsContextMatchOptions? options, SimulatedTls? tls) =>
        options is null
        || ((options.Presented ?? tls?.HasCertificate ?? false) == (tls?.HasCertificate ?? false)
            && (options.Validated ?? tls?.HasCertificate ?? false) == (tls?.HasCertificate ?? false));
}
