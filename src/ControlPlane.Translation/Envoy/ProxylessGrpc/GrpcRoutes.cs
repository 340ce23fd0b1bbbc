using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>The route configurations that gRPC clients ask for: named like the cluster, with the virtual host of that service alone.</summary>
internal static class GrpcRoutes
{
    /// <summary>The routes asked for whose service exists.</summary>
    public static EquatableArray<GrpcRouteItem> Members(IReader reader, ClassScope scope)
    {
        var outbound = reader.Get(OutboundScopes.OfClass, scope.Class);
        var routes = RouteScope.Of(reader, scope.Class);
        var settings = RouteSettings.Of(reader, scope.Class);
        var items = new List<GrpcRouteItem>();
        foreach (var name in scope.Asked)
        {
            if (ClusterNames.TryParseOutbound(name, out var port, out var subset, out var host)
                && subset.Length == 0
                && reader.Get(OutboundServices.OfHost, (outbound, false, host)) is not null)
                items.Add(new GrpcRouteItem(routes, settings.AttemptCount, settings.ForwardedHost, host, port));
        }

        return items.ToEquatableArray();
    }

    /// <summary>Collects what a route is made from.</summary>
    public static GrpcRouteInput Collect(IReader reader, GrpcRouteItem item) => new(
        ClusterNames.Outbound(item.Port, "", item.Host),
        SidecarRoutes.OfHostAndPort(reader, item.Scope, item.ForwardedHost, item.Host, item.Port),
        item.AttemptCount,
        reader.Get(RetryPolicies.MeshOutbound, Unit.Value));

    /// <summary>Makes the route.</summary>
    public static EnvoyResource Build(GrpcRouteInput input)
    {
        var route = new RouteConfiguration { Name = input.Name };
        route.VirtualHosts.AddRange(input.Hosts.Select(h => h.Build(input.Retries?.Message, input.AttemptCount)));
        return new EnvoyResource(XdsType.Route, input.Name, route) { ForGrpc = true };
    }
}
