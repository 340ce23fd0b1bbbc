using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Makes the routes of requests of a VirtualService, for one port and one kind of proxy.</summary>
internal static class HttpRoutes
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>The routes, in order; nothing follows one that takes every request. Empty where none concerns the proxy.</summary>
    public static IReadOnlyList<Route> Translate(VirtualServiceSpec service, RouteContext context, IRouteDirectory directory)
    {
        var routes = new List<Route>();
        foreach (var source in service.Http.Select(r => r.Message))
        {
            if (source.Match.Count == 0)
            {
                routes.Add(Build(service, source, null, context, directory));
                return routes;
            }

            foreach (var match in source.Match.Where(m => Concerns(m, context)))
            {
                var route = Build(service, source, match, context, directory);
                routes.Add(route);
                if (RouteMatches.IsCatchAll(route.Match))
                    return routes;
            }
        }

        return routes;
    }

    /// <summary>Whether a match that names gateways names one of the proxy's decides alone; else labels and namespace do.</summary>
    private static bool Concerns(HTTPMatchRequest match, RouteContext context)
    {
        if (match.Port != 0 && match.Port != context.Port)
            return false;
        if (match.Gateways.Count > 0)
            return match.Gateways.Any(g => context.Gateways.Contains(g));
        return match.SourceLabels.All(l => context.Labels[l.Key] == l.Value)
            && (match.SourceNamespace.Length == 0 || match.SourceNamespace == context.Namespace);
    }

    private static Route Build(VirtualServiceSpec service, HTTPRoute source, HTTPMatchRequest? match, RouteContext context, IRouteDirectory directory)
    {
        var route = new Route
        {
            Name = match is { Name.Length: > 0 } ? $"{source.Name}.{match.Name}" : source.Name,
            Match = RouteMatches.Convert(match, service.SeparatesPaths),
            Metadata = ConfigMetadata.VirtualService(service.Key),
            StatPrefix = match?.StatPrefix ?? "",
        };
        var headers = new HeaderOperations(source.Headers);
        Apply(route, headers);
        if (source.Redirect is { } redirect)
            route.Redirect = Redirect(redirect, context);
        else if (source.DirectResponse is { } response)
            route.DirectResponse = Response(response);
        else
            route.Route_ = Action(route, service, source, headers.Authority, context, directory);
        route.Decorator = new Decorator { Operation = Operation(route, service.Key.Name, context.Port) };
        RouteFilters.Add(route, source);
        return route;
    }

    private static void Apply(Route route, HeaderOperations headers)
    {
        route.RequestHeadersToAdd.AddRange(headers.RequestToAdd);
        route.RequestHeadersToRemove.AddRange(headers.RequestToRemove);
        route.ResponseHeadersToAdd.AddRange(headers.ResponseToAdd);
        route.ResponseHeadersToRemove.AddRange(headers.ResponseToRemove);
    }

    private static RouteAction Action(Route route, VirtualServiceSpec service, HTTPRoute source, string authority, RouteContext context, IRouteDirectory directory)
    {
        var timeout = source.Timeout ?? new Duration();
        var action = new RouteAction { Timeout = timeout };
        if (service.IsKubernetesRoute)
            action.ClusterNotFoundResponseCode = RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError;
        if (context.ForGrpc)
            action.MaxStreamDuration = new() { MaxStreamDuration_ = timeout };
        else
            action.MaxGrpcTimeout = timeout;
        if (source.Rewrite is { } rewrite)
        {
            action.AppendXForwardedHost = directory.ForwardedHost;
            if (rewrite.UriRegexRewrite is { } regex)
                action.RegexRewrite = Replace(regex.Match, regex.Rewrite);
            else if (service.IsKubernetesRoute && rewrite.Uri == "/")
                action.RegexRewrite = Replace($"^{Re2Syntax.Quote(route.Match.PathSeparatedPrefix)}(/?)(.*)", @"/\2");
            else
                action.PrefixRewrite = rewrite.Uri;
            if (rewrite.Authority.Length > 0)
                authority = rewrite.Authority;
        }

        if (authority.Length > 0)
            action.HostRewriteLiteral = authority;
        AddMirrors(action, source, directory);
        var sticky = source.Route.Count == 1 ? SetDestination(route, action, source.Route[0], directory) : SetDestinations(action, source, directory);
        action.RetryPolicy = RetryPolicies.Outbound(source.Retries ?? directory.DefaultRetries, sticky);
        return action;
    }

    private static RegexMatchAndSubstitute Replace(string regex, string substitution) => new() { Pattern = new RegexMatcher { Regex = regex }, Substitution = substitution };

    /// <summary>A single destination; returns whether requests stick to hosts.</summary>
    private static bool SetDestination(Route route, RouteAction action, HTTPRouteDestination destination, IRouteDirectory directory)
    {
        action.Cluster = directory.Cluster(destination.Destination ?? new Destination());
        var headers = new HeaderOperations(destination.Headers);
        Apply(route, headers);
        if (headers.Authority.Length > 0 && action.HostRewriteSpecifierCase == RouteAction.HostRewriteSpecifierOneofCase.None)
            action.HostRewriteLiteral = headers.Authority;
        var hash = directory.Hash(destination.Destination ?? new Destination());
        if (HashPolicies.Convert(hash) is { } policy)
            action.HashPolicy.Add(policy);
        return hash is not null;
    }

    /// <summary>Several destinations by weight; those without any are left out.</summary>
    private static bool SetDestinations(RouteAction action, HTTPRoute source, IRouteDirectory directory)
    {
        action.WeightedClusters = new WeightedCluster();
        foreach (var destination in source.Route.Where(d => d.Weight != 0))
        {
            var headers = new HeaderOperations(destination.Headers);
            var cluster = new WeightedCluster.Types.ClusterWeight
            {
                Name = directory.Cluster(destination.Destination ?? new Destination()),
                Weight = (uint)destination.Weight,
            };
            cluster.RequestHeadersToAdd.AddRange(headers.RequestToAdd);
            cluster.RequestHeadersToRemove.AddRange(headers.RequestToRemove);
            cluster.ResponseHeadersToAdd.AddRange(headers.ResponseToAdd);
            cluster.ResponseHeadersToRemove.AddRange(headers.ResponseToRemove);
            if (headers.Authority.Length > 0)
                cluster.HostRewriteLiteral = headers.Authority;
            action.WeightedClusters.Clusters.Add(cluster);
            if (HashPolicies.Convert(directory.Hash(destination.Destination ?? new Destination())) is { } policy)
                action.HashPolicy.Add(policy);
        }

        return false;
    }

    private static void AddMirrors(RouteAction action, HTTPRoute source, IRouteDirectory directory)
    {
        if (source.Mirror is { } mirror && Percentages.Mirrored(source.MirrorPercentage, source.MirrorPercent) is { } share)
            action.RequestMirrorPolicies.Add(Mirror(directory.Cluster(mirror), share));
        foreach (var further in source.Mirrors)
        {
            if (further.Destination is { } destination && Percentages.Mirrored(further.Percentage, null) is { } part)
                action.RequestMirrorPolicies.Add(Mirror(directory.Cluster(destination), part));
        }
    }

    private static RouteAction.Types.RequestMirrorPolicy Mirror(string cluster, RuntimeFractionalPercent share) =>
        new() { Cluster = cluster, RuntimeFraction = share, TraceSampled = false, DisableShadowHostSuffixAppend = true };

    private static RedirectAction Redirect(HTTPRedirect source, RouteContext context)
    {
        var result = new RedirectAction { HostRedirect = source.Authority, ResponseCode = Code(source.RedirectCode) };
        if (source.PrefixRewrite.Length > 0)
            result.PrefixRewrite = source.PrefixRewrite;
        else
            result.PathRedirect = source.Uri;
        if (source.Scheme.Length > 0)
            result.SchemeRedirect = source.Scheme;
        var port = source.RedirectPortCase switch
        {
            HTTPRedirect.RedirectPortOneofCase.Port => source.Port,
            HTTPRedirect.RedirectPortOneofCase.DerivePort when source.DerivePort == HTTPRedirect.Types.RedirectPortSelection.FromRequestPort => (uint)context.Port,
            _ => 0u,
        };
        var scheme = source.Scheme.Length > 0 ? source.Scheme : context.Tls ? "https" : "http";
        result.PortRedirect = (scheme == "http" && port == HttpPort) || (scheme == "https" && port == HttpsPort) ? 0 : port;
        return result;
    }

    private static RedirectAction.Types.RedirectResponseCode Code(uint status) => status switch
    {
        302 => RedirectAction.Types.RedirectResponseCode.Found,
        303 => RedirectAction.Types.RedirectResponseCode.SeeOther,
        307 => RedirectAction.Types.RedirectResponseCode.TemporaryRedirect,
        308 => RedirectAction.Types.RedirectResponseCode.PermanentRedirect,
        _ => RedirectAction.Types.RedirectResponseCode.MovedPermanently,
    };

    private static DirectResponseAction Response(HTTPDirectResponse source)
    {
        var result = new DirectResponseAction { Status = source.Status };
        switch (source.Body?.SpecifierCase)
        {
            case HTTPBody.SpecifierOneofCase.String:
                result.Body = new DataSource { InlineString = source.Body.String };
                break;
            case HTTPBody.SpecifierOneofCase.Bytes:
                result.Body = new DataSource { InlineBytes = source.Body.Bytes };
                break;
        }

        return result;
    }

    /// <summary>What traces call the route: destination and path; the VirtualService where there is no single destination.</summary>
    private static string Operation(Route route, string name, int port)
    {
        var path = route.Match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => route.Match.Prefix + "*",
            RouteMatch.PathSpecifierOneofCase.Path => route.Match.Path,
            RouteMatch.PathSpecifierOneofCase.SafeRegex => route.Match.SafeRegex.Regex,
            _ => "/*",
        };
        return ClusterNames.TryParseOutbound(route.Route_?.Cluster ?? "", out var clusterPort, out _, out var host)
            ? $"{host}:{clusterPort}{path}"
            : $"{name}:{port}{path}";
    }
}
