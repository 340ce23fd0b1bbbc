using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>What routes make of authority and path.</summary>
internal static class RouteChanges
{
    /// <summary>:authority with which a request goes on; a weighted cluster's word counts more than its route's.</summary>
    public static string Authority(RouteAction action, WeightedCluster.Types.ClusterWeight? weight, RequestHeaders headers)
    {
        if (weight is { HostRewriteLiteral.Length: > 0 })
            return weight.HostRewriteLiteral;
        return action.HostRewriteSpecifierCase switch
        {
            RouteAction.HostRewriteSpecifierOneofCase.HostRewriteLiteral => action.HostRewriteLiteral,
            RouteAction.HostRewriteSpecifierOneofCase.HostRewriteHeader => headers[action.HostRewriteHeader] ?? headers.Authority,
            RouteAction.HostRewriteSpecifierOneofCase.HostRewritePathRegex =>
                Regexes.Replace(action.HostRewritePathRegex.Pattern.Regex, RequestPaths.Split(headers.Path).Path, action.HostRewritePathRegex.Substitution),
            _ => headers.Authority,
        };
    }

    /// <summary>Path and query with which a request goes on.</summary>
    public static string Path(RouteMatch match, RouteAction action, RequestHeaders headers)
    {
        if (action.PrefixRewrite.Length > 0)
            return Prefixed(match, action.PrefixRewrite, headers.Path);
        if (action.RegexRewrite is not { } regex)
            return headers.Path;
        var (path, query) = RequestPaths.Split(headers.Path);
        return Regexes.Replace(regex.Pattern.Regex, path, regex.Substitution) + query;
    }

    /// <summary>Location of a redirect.</summary>
    public static string Location(RouteMatch match, RedirectAction action, RequestHeaders headers)
    {
        var scheme = action.SchemeRewriteSpecifierCase switch
        {
            RedirectAction.SchemeRewriteSpecifierOneofCase.HttpsRedirect when action.HttpsRedirect => "https",
            RedirectAction.SchemeRewriteSpecifierOneofCase.SchemeRedirect when action.SchemeRedirect.Length > 0 => action.SchemeRedirect,
            _ => headers.Scheme,
        };
        var host = action.HostRedirect.Length > 0 ? action.HostRedirect : HostOf(action, scheme, headers);
        var port = action.PortRedirect == 0 ? "" : $":{action.PortRedirect}";
        return $"{scheme}://{host}{port}{RedirectedPath(match, action, headers)}";
    }

    /// <summary>The request's host; its port goes where a new one is given, or where it was the default one of another scheme.</summary>
    private static string HostOf(RedirectAction action, string scheme, RequestHeaders headers)
    {
        var bare = VirtualHostSelection.WithoutPort(headers.Authority);
        var wasDefault = scheme != headers.Scheme && headers.Authority[bare.Length..] == (headers.Scheme == "https" ? ":443" : ":80");
        return action.PortRedirect != 0 || wasDefault ? bare : headers.Authority;
    }

    private static string RedirectedPath(RouteMatch match, RedirectAction action, RequestHeaders headers)
    {
        var (path, query) = RequestPaths.Split(headers.Path);
        if (action.StripQuery)
            query = "";
        switch (action.PathRewriteSpecifierCase)
        {
            case RedirectAction.PathRewriteSpecifierOneofCase.PathRedirect when action.PathRedirect.Length > 0:
                return action.PathRedirect.Contains('?', StringComparison.Ordinal) ? action.PathRedirect : action.PathRedirect + query;
            case RedirectAction.PathRewriteSpecifierOneofCase.PrefixRewrite when action.PrefixRewrite.Length > 0:
                return Prefixed(match, action.PrefixRewrite, path + query);
            case RedirectAction.PathRewriteSpecifierOneofCase.RegexRewrite:
                return Regexes.Replace(action.RegexRewrite.Pattern.Regex, path, action.RegexRewrite.Substitution) + query;
            default:
                return path + query;
        }
    }

    /// <summary>A path with the part that the route matched replaced: the prefix, for other routes all of it but the query.</summary>
    private static string Prefixed(RouteMatch match, string replacement, string full)
    {
        var (path, query) = RequestPaths.Split(full);
        var matched = match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => match.Prefix.Length,
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => match.PathSeparatedPrefix.Length,
            _ => path.Length,
        };
        return replacement + path[matched..] + query;
    }
}
