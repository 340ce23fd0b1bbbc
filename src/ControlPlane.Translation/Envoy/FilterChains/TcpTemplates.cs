using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.AuthorizationPolicy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Telemetry;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What the TCP proxies of a class have in common, per side.</summary>
public static class TcpTemplates
{
    /// <summary>The template of one side.</summary>
    public static Derivation<(ProxyClass Class, TelemetrySide Side), TcpTemplate> Of { get; } = new("TcpTemplate", static (reader, key) =>
    {
        var (proxy, side) = key;
        var workload = new WorkloadKey(proxy.Namespace, proxy.Labels);
        var tcp = new TcpProxy { IdleTimeout = GoDurations.Parse(proxy.MetadataText("IDLE_TIMEOUT")) };
        tcp.AccessLog.AddRange(reader.Get(AccessLogs.Of, (workload, side)).Tcp.Select(l => l.Message));
        var filters = Metrics.Network(reader.Get(Metrics.Of, (workload, side)));
        if (side == TelemetrySide.Inbound)
            filters = filters.Prepend(NetworkFilters.MetadataExchange);
        if (side != TelemetrySide.Outbound)
            filters = filters.Concat(WorkloadAuthorization.Of(reader, workload).Network);
        return new TcpTemplate(tcp.Freeze(), filters.ToEquatableArray()) { Extensions = reader.Get(ExtensionFilters.Of, (workload, side)).Network };
    });
}
