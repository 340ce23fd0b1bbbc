using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The Route resources of gateways: those that their listeners name.</summary>
internal static class GatewayRouteFamily
{
    private static readonly ResourceFamily Routes = new ResourceFamily<GatewayRouteItem, GatewayRouteInput>(
        XdsType.Route,
        static (reader, scope) => reader.Get(GatewayPlans.OfClass, scope.Class)
            .SelectMany(p => p.RouteNames).Distinct(StringComparer.Ordinal)
            .Select(n => new GatewayRouteItem(scope.Class, n)).ToEquatableArray(),
        GatewayRoutes.Input,
        static input => input.Build(),
        patched: static (reader, item) => new PatchPlace(false) { ServerPorts = ServerPorts(reader, item) });

    /// <summary>The ports of the servers, as written, that listen on the port in the name of a route configuration.</summary>
    private static EquatableArray<int> ServerPorts(IReader reader, GatewayRouteItem item)
    {
        var port = RouteMatching.GatewayPort(item.Name);
        return reader.Get(MergedGateways.OfClass, item.Class).Groups.Where(g => g.Port == port).SelectMany(g => g.Servers).Select(s => s.Port).Distinct().Order().ToEquatableArray();
    }

    /// <summary>A family that serves sidecars, extended to gateways.</summary>
    public static ResourceFamily Extend(ResourceFamily sidecars) => new SplitFamily(sidecars, Routes, static c => c.Type == ProxyType.Router);
}
