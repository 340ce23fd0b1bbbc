using System.Collections.Immutable;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;

namespace ControlPlane.Translation.Simulation;

/// <summary>What a request meets in a connection manager.</summary>
internal static class RequestSimulation
{
    private const int BadRequest = 400, Forbidden = 403, NotFound = 404, MovedPermanently = 301, ServiceUnavailable = 503, InternalError = 500;
    private const string ConfigMetadata = "istio";

    /// <summary>Goes on with what is known of a connection.</summary>
    public static Explanation Explain(
        ProxyResources resources, Explanation known, HttpConnectionManager manager, SimulatedConnection connection, SimulatedRequest request)
    {
        known = known with { Notes = [.. known.Notes, .. NotesOf(manager)] };
        if (request.Authority.Length == 0)
            return Answer(known, BadRequest, "the request names no host");
        if (RequestPaths.Normalize(request.Path, manager) is not { } path)
            return Answer(known, BadRequest, "its path holds escaped slashes, which the proxy refuses");
        var scheme = Scheme(manager, known.TerminatesTls, request);
        var headers = new RequestHeaders(request with { Authority = Authority(manager, request.Authority, connection) }, path, scheme);
        known = Authorize(known, manager, new AuthorizationSimulation(connection, known.TerminatesTls, headers));
        if (known.Outcome == ExplanationOutcome.Refused)
            return known;
        var routes = manager.Rds is { } rds ? resources.FindRoutes(rds.RouteConfigName) : manager.RouteConfig;
        known = known with { RouteConfiguration = manager.Rds?.RouteConfigName ?? manager.RouteConfig?.Name ?? "" };
        if (routes is null)
            return Answer(known, NotFound, "the proxy has no such route configuration");
        if (VirtualHostSelection.Find(routes, headers) is not { } host)
            return Answer(known, NotFound, $"no virtual host serves {headers.Authority}");
        known = known with { VirtualHost = host.Name };
        if (host.RequireTls != VirtualHost.Types.TlsRequirementType.None && scheme != "https")
        {
            return known with
            {
                Outcome = ExplanationOutcome.Redirected, Status = MovedPermanently, Location = $"https://{headers.Authority}{headers.Path}",
                Reason = "the virtual host wants HTTPS",
            };
        }

        var index = RouteMatching.Find(host, headers, request, known.TerminatesTls ? connection.Tls : null);
        return index < 0
            ? Answer(known, NotFound, $"no route of the virtual host takes {request.Method} {path}")
            : Take(resources, known with { RouteIndex = index }, host.Routes[index], headers, connection, request);
    }

    /// <summary>Filters decide before the router looks for anything.</summary>
    private static Explanation Authorize(Explanation known, HttpConnectionManager manager, AuthorizationSimulation authorization)
    {
        foreach (var filter in manager.HttpFilters.Where(static f => f.TypedConfig is not null && ProtoJson.Is<HttpRbac>(f.TypedConfig)))
        {
            var (refusal, open) = authorization.Decide(ProtoJson.Unpack<HttpRbac>(filter.TypedConfig).Rules);
            if (refusal is not null)
                return known with { Outcome = ExplanationOutcome.Refused, Status = Forbidden, Reason = refusal };
            if (open is not null)
                known = known with { Notes = [.. known.Notes, open] };
        }

        return known;
    }

    private static Explanation Take(
        ProxyResources resources, Explanation known, Route route, RequestHeaders headers, SimulatedConnection connection, SimulatedRequest request)
    {
        known = known with
        {
            Route = route.Name,
            RouteOrigin = route.Metadata?.FilterMetadata.GetValueOrDefault(ConfigMetadata)?.Fields.GetValueOrDefault("config")?.StringValue,
            Notes = [.. known.Notes, .. NotesOf(route)],
        };
        switch (route.ActionCase)
        {
            case Route.ActionOneofCase.Redirect:
                return known with
                {
                    Outcome = ExplanationOutcome.Redirected, Status = StatusOf(route.Redirect.ResponseCode), Location = RouteChanges.Location(route.Match, route.Redirect, headers),
                    Reason = "the route redirects",
                };
            case Route.ActionOneofCase.DirectResponse:
                return known with { Outcome = ExplanationOutcome.Answered, Status = (int)route.DirectResponse.Status, Reason = "the route answers by itself" };
            case Route.ActionOneofCase.Route_:
                return Forward(resources, known, route, headers, connection, request.Draw);
            default:
                return Answer(known, NotFound, "the route forwards nothing");
        }
    }

    private static Explanation Forward(
        ProxyResources resources, Explanation known, Route route, RequestHeaders headers, SimulatedConnection connection, double? draw)
    {
        var action = route.Route_;
        var choices = Choices(action, headers, draw);
        if (choices.Count == 0)
            return Answer(known, ServiceUnavailable, "the route names no cluster that could be chosen");
        var authority = RouteChanges.Authority(action, choices[0].Weight, headers);
        var destinations = choices.Select(choice =>
            ClusterDestinations.Of(resources, choice.Cluster, choice.Share, connection, headers, RouteChanges.Authority(action, choice.Weight, headers))).ToImmutableArray();
        known = known with { Destinations = destinations, ForwardedAuthority = authority, ForwardedPath = RouteChanges.Path(route.Match, action, headers) };
        if (destinations.All(destination => destination.Discovery is null))
            return Answer(known, StatusOf(action.ClusterNotFoundResponseCode), $"the proxy has no cluster {destinations[0].Cluster}");
        if (destinations.All(destination => destination.Endpoints.IsEmpty))
            return Answer(known, ServiceUnavailable, $"the cluster {destinations[0].Cluster} has no endpoint that can be chosen");
        return known with { Outcome = ExplanationOutcome.Forwarded, Reason = "the route forwards" };
    }

    private static IReadOnlyList<(string Cluster, WeightedCluster.Types.ClusterWeight? Weight, double Share)> Choices(
        RouteAction action, RequestHeaders headers, double? draw)
    {
        switch (action.ClusterSpecifierCase)
        {
            case RouteAction.ClusterSpecifierOneofCase.Cluster:
                return [(action.Cluster, null, 1)];
            case RouteAction.ClusterSpecifierOneofCase.ClusterHeader:
                return headers[action.ClusterHeader] is { Length: > 0 } named ? [(named, null, 1)] : [];
            case RouteAction.ClusterSpecifierOneofCase.WeightedClusters:
                return [.. WeightedChoice.Of(action.WeightedClusters.Clusters, cluster => cluster.Weight ?? 0, draw)
                    .Select(choice => (choice.Item.Name.Length > 0 ? choice.Item.Name : headers[choice.Item.ClusterHeader] ?? "", (WeightedCluster.Types.ClusterWeight?)choice.Item, choice.Share))];
            default:
                return [];
        }
    }

    private static Explanation Answer(Explanation known, int status, string reason) =>
        known with { Outcome = ExplanationOutcome.NotRouted, Status = status, Reason = reason };

    /// <summary>Scheme that routes see: that of the connection, but for a proxy behind others, which believes them.</summary>
    private static string Scheme(HttpConnectionManager manager, bool tls, SimulatedRequest request)
    {
        var trusts = manager.UseRemoteAddress != true || manager.XffNumTrustedHops > 0;
        var told = request.Headers.FirstOrDefault(header => header.Key.Equals("x-forwarded-proto", StringComparison.OrdinalIgnoreCase)).Value;
        return trusts && told is "http" or "https" ? told : tls ? "https" : "http";
    }

    private static string Authority(HttpConnectionManager manager, string authority, SimulatedConnection connection)
    {
        var bare = VirtualHostSelection.WithoutPort(authority);
        var port = authority[bare.Length..];
        if (manager.StripAnyHostPort || (manager.StripMatchingHostPort && port == $":{connection.Destination.Port}"))
            authority = bare;
        return manager.StripTrailingHostDot && authority.EndsWith('.') ? authority[..^1] : authority;
    }

    private static int StatusOf(RedirectAction.Types.RedirectResponseCode code) => code switch
    {
        RedirectAction.Types.RedirectResponseCode.Found => 302,
        RedirectAction.Types.RedirectResponseCode.SeeOther => 303,
        RedirectAction.Types.RedirectResponseCode.TemporaryRedirect => 307,
        RedirectAction.Types.RedirectResponseCode.PermanentRedirect => 308,
        _ => MovedPermanently,
    };

    private static int StatusOf(RouteAction.Types.ClusterNotFoundResponseCode code) => code switch
    {
        RouteAction.Types.ClusterNotFoundResponseCode.NotFound => NotFound,
        RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError => InternalError,
        _ => ServiceUnavailable,
    };

    private static IEnumerable<string> NotesOf(HttpConnectionManager manager) =>
        from filter in manager.HttpFilters
        let type = filter.TypedConfig is null ? "" : Any.GetTypeName(filter.TypedConfig.TypeUrl)
        where type.Length == 0 || SimulationNotes.Decides(type)
        select SimulationNotes.OfFilter(filter.Name);

    private static IEnumerable<string> NotesOf(Route route)
    {
        if (route.TypedPerFilterConfig.Keys.Any(name => name == "envoy.filters.http.fault"))
            yield return "the route injects faults";
        if (route.TypedPerFilterConfig.Keys.Any(name => name == "envoy.filters.http.cors"))
            yield return "the route has a CORS policy: preflight requests are answered by the proxy";
        foreach (var mirror in route.Route_?.RequestMirrorPolicies ?? [])
            yield return $"a copy may go to {mirror.Cluster}";
    }
}
