using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The family of Listener resources.</summary>
public static class ListenerFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<ListenerItem, ListenerInput> Instance { get; } = new(
        XdsType.Listener,
        static (reader, scope) => scope.Class switch
        {
            { IsGrpc: true } => [],
            { Type: ProxyType.Router } => GatewayListeners.Members(reader, scope.Class).ToEquatableArray(),
            { Type: ProxyType.Sidecar } => SidecarListeners.Members(reader, scope.Class).ToEquatableArray(),
            _ => [],
        },
        SidecarListeners.Input,
        static input => input.Build(),
        patched: static (_, item) => item is ListenerItem.VirtualInbound or ListenerItem.BoundInbound ? PatchPlace.OfInbound : PatchPlace.Outbound);
}
