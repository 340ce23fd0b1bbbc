using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>
/// Chains of a server of mode AUTO_PASSTHROUGH, the way in from other networks: one per cluster that clients may name in their TLS handshake.
/// They take Istio's mutual TLS alone, which the workload behind ends, so that nobody gets in without it.
/// </summary>
internal static class AutoPassthrough
{
    private static readonly string[] MeshProtocols = ["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"];

    /// <summary>The chains: of each service of the mesh under one of the hosts each port, and of each port the whole service and its subsets.</summary>
    public static IEnumerable<GatewayChain> Chains(IReader reader, ProxyClass proxy, GatewayServer server)
    {
        var pattern = reader.Get(ClusterSettings.Current, Unit.Value).OutboundStatName;
        var names = server.ServerNames;
        foreach (var service in reader.Get(OutboundServices.OfScope, (reader.Get(OutboundScopes.OfClass, proxy), true)))
        {
            if (service.MeshExternal || service.Resolution == Resolution.Alias || !names.Any(n => HostNames.Covers(n, service.Host)))
                continue;
            var rule = DestinationRules.Outbound(reader, proxy, service);
            foreach (var port in service.Ports.Where(p => p.Protocol != Protocol.Udp))
            {
                foreach (var subset in rule is null ? [""] : rule.Subsets.Select(s => s.Name).Prepend(""))
                    yield return Chain(service, port, subset, GatewayDestinations.Tuning(reader, proxy, service, subset) with { Tunnel = null }, pattern);
            }
        }
    }

    private static GatewayChain.Tcp Chain(MeshService service, MeshServicePort port, string subset, TcpTuning tuning, string pattern)
    {
        var cluster = ClusterNames.ServerName(port.Number, subset, service.Host);
        var stat = pattern.Length > 0 ? StatNames.Fill(pattern, ServiceName.Of(service), subset, port.Number, port.Name, 0) : cluster;
        return new GatewayChain.Tcp(new TcpDestination(stat, [new WeightedCluster(cluster, 0)]) { Tuning = tuning }, ProtocolFilters.Of(port.Protocol, stat))
        {
            ServerNames = [cluster],
            Protocols = [.. MeshProtocols],
            SkipsAuthorization = true,
        };
    }
}
