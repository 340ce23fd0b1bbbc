using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The listeners of gateways.</summary>
internal static class GatewayListeners
{
    private static readonly Derivation<ProxyClass, GatewayListenerSettings> Settings = new("GatewayListenerSettings", static (reader, proxy) =>
    {
        var connections = ConnectionSettings.WithProfile(ProxyConfigs.ConnectionSettingsOf(reader, proxy), gateway: true);
        return new GatewayListenerSettings(
            reader.Get(HttpConnectionTemplates.Of, (proxy, TelemetrySide.Gateway)),
            reader.Get(TcpTemplates.Of, (proxy, TelemetrySide.Gateway)),
            reader.Get(AccessLogs.Of, (new WorkloadKey(proxy.Namespace, proxy.Labels), TelemetrySide.Gateway)).Listener,
            ProxyConfigs.Of(reader, proxy).GatewayTopology?.ProxyProtocol is not null,
            connections?.ListenerPerConnectionBufferLimitBytes is >= 0 and { } limit ? (uint)limit : null,
            Interception.IsTrue(proxy.MetadataText("OUTBOUND_LISTENER_EXACT_BALANCE")));
    });

    /// <summary>The listeners of a class.</summary>
    public static IEnumerable<ListenerItem> Members(IReader reader, ProxyClass proxy)
    {
        if (reader.Get(GatewayPlans.OfClass, proxy) is not { IsEmpty: false } plans)
            return [];
        var settings = reader.Get(Settings, proxy);
        return plans.Select(p => new ListenerItem.Planned(new GatewayListenerInput(p, settings)));
    }
}
