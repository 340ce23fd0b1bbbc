using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Listeners;
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
        static input => input.Build());

    /// <summary>A family that serves sidecars, extended to gateways.</summary>
    public static ResourceFamily Extend(ResourceFamily sidecars) => new SplitFamily(sidecars, Routes, static c => c.Type == ProxyType.Router);
}
