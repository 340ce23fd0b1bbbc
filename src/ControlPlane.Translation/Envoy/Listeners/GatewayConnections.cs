using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The chains of a gateway's server that passes connections on as they are, or as they come out of TLS, where VirtualServices say.</summary>
internal sealed class GatewayConnections(IReader reader, ProxyClass proxy, GatewayServer server)
{
    /// <summary>
    /// The chain of the first TCP route that fits port and gateway, before the server's own TLS; null for none. A TLSRoute counts too where the server
    /// ends the TLS: its server names are then the server's matter.
    /// </summary>
    public GatewayChain.Tcp? Plain()
    {
        foreach (var rule in Rules())
        {
            foreach (var route in rule.Tcp.Select(r => r.Message).Where(r => r.Route.Count > 0))
            {
                if (route.Match.Count == 0 || route.Match.Any(m => Fits(m.Port, m.Gateways)))
                    return Chain(route.Route, rule);
            }

            if (rule.IsKubernetesRoute && rule.Tls.Select(t => t.Message).FirstOrDefault(t => t.Match.Any(m => Fits(m.Port, m.Gateways))) is { } ended)
                return Chain(ended.Route, rule);
        }

        return null;
    }

    /// <summary>A chain per match of a TLS route that fits port and gateway. A match is left out whole if one of its names is taken on the port.</summary>
    /// <param name="claims">Names that are taken.</param>
    public IEnumerable<GatewayChain> ByServerName(SniClaims claims)
    {
        foreach (var rule in Rules())
        {
            foreach (var route in rule.Tls.Select(r => r.Message).Where(r => r.Route.Count > 0))
            {
                foreach (var match in route.Match.Where(m => Fits(m.Port, m.Gateways)))
                {
                    if (claims.TryClaim(match.SniHosts, server.Bind) && Chain(route.Route, rule) is { } chain)
                        yield return chain with { ServerNames = match.SniHosts.ToEquatableArray() };
                }
            }
        }
    }

    /// <summary>The VirtualServices with a host that the server serves too, in order.</summary>
    private IEnumerable<VirtualServiceSpec> Rules() => reader.Get(HostedRules.Of, (proxy.Namespace, server.GatewayName)).Near(server.ServerNames)
        .Where(r => server.HostsFor(r.Key.Namespace).Any(h => r.Hosts.Any(o => HostNames.Overlap(h, o))));

    private bool Fits(uint port, RepeatedField<string> gateways) =>
        (port == 0 || port == server.Port) && (gateways.Count == 0 || gateways.Contains(server.GatewayName));

    /// <summary>Null where no destination has a weight.</summary>
    private GatewayChain.Tcp? Chain(RepeatedField<RouteDestination> routes, VirtualServiceSpec rule)
    {
        if ((routes.Count == 1 ? Single(routes[0].Destination ?? new Destination()) : Weighted(routes, rule)) is not { } destination)
            return null;
        var filters = ProtocolFilters.Of(server.Protocol, destination.StatPrefix);
        // Inside the mesh's own TLS the peers tell each other who they are.
        if (server.Tls?.Message.Mode == ServerTLSSettings.Types.TLSmode.IstioMutual)
            filters = filters.Prepend(NetworkFilters.MetadataExchange).ToEquatableArray();
        return new GatewayChain.Tcp(destination, filters) { ServerPort = server.Port };
    }

    private TcpDestination Single(Destination destination)
    {
        var service = GatewayDestinations.Service(reader, proxy, destination.Host);
        var cluster = DestinationClusters.Name(destination, service, server.Port);
        var pattern = reader.Get(ClusterSettings.Current, Unit.Value).OutboundStatName;
        var stat = pattern.Length == 0 || service is null
            ? cluster
            : StatNames.Fill(pattern, ServiceName.Of(service) with { Host = destination.Host }, destination.Subset, server.Port, server.PortName, 0);
        return new TcpDestination(stat, [new FilterChains.WeightedCluster(cluster, 0)]) { Tuning = GatewayDestinations.Tuning(reader, proxy, service, destination.Subset) };
    }

    private TcpDestination? Weighted(RepeatedField<RouteDestination> routes, VirtualServiceSpec rule)
    {
        var clusters = routes.Where(r => r.Weight > 0)
            .Select(r => (Destination: r.Destination ?? new Destination(), r.Weight))
            .Select(r => new FilterChains.WeightedCluster(
                DestinationClusters.Name(r.Destination, GatewayDestinations.Service(reader, proxy, r.Destination.Host), server.Port), (uint)r.Weight))
            .ToEquatableArray();
        if (clusters.IsEmpty)
            return null;
        var first = GatewayDestinations.Service(reader, proxy, routes[0].Destination?.Host ?? "");
        return new TcpDestination($"{rule.Key.Name}.{rule.Key.Namespace}", clusters) { Tuning = GatewayDestinations.Tuning(reader, proxy, first, "") };
    }
}
