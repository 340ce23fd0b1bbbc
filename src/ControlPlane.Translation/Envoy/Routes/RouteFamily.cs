using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The family of Route resources.</summary>
public static class RouteFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<RouteItem, RouteConfigurationInput> Instance { get; } = new(
        XdsType.Route,
        static (reader, scope) =>
        {
            if (scope.Class.Type != ProxyType.Sidecar || scope.Class.IsGrpc)
                return [];
            var routeScope = RouteScope.Of(reader, scope.Class);
            var settings = RouteSettings.Of(reader, scope.Class);
            return SidecarListeners.RouteNames(reader, scope.Class).Select(n => new RouteItem(routeScope, settings, n)).ToEquatableArray();
        },
        SidecarRoutes.Input,
        static input => input.Build(),
        patched: static (_, _) => PatchPlace.Outbound);
}
