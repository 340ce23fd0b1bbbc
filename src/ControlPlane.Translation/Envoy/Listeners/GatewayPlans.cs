using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Plans the listeners of gateways: which ports, and per server which chains.</summary>
internal static class GatewayPlans
{
    /// <summary>The listeners of a class, in order of name. A listener without chains is left out.</summary>
    public static Derivation<ProxyClass, EquatableArray<GatewayListenerPlan>> OfClass { get; } = new("GatewayListenerPlans", static (reader, proxy) =>
    {
        var traits = DownstreamTlsTraits.Of(proxy);
        var interception = Interception.Of(proxy);
        var claims = new Dictionary<int, SniClaims>();
        var chains = new SortedDictionary<(string Address, int Port), List<GatewayChain>>(ByAddress);
        foreach (var group in reader.Get(MergedGateways.OfClass, proxy).Groups)
        {
            if (interception.Forbids(bindsPort: true, group.Port))
                continue;
            var key = (group.Bind.Length > 0 ? group.Bind : proxy.WildcardAddress, group.Port);
            if (!chains.TryGetValue(key, out var list))
                chains[key] = list = [];
            if (!claims.TryGetValue(group.Port, out var names))
                claims[group.Port] = names = new SniClaims();
            list.AddRange(Chains(reader, proxy, group, traits, names));
        }

        return chains.Where(c => c.Value.Count > 0).Select(c => new GatewayListenerPlan(c.Key.Address, c.Key.Port, c.Value.ToEquatableArray())).ToEquatableArray();
    });

    private static readonly Comparer<(string Address, int Port)> ByAddress = Comparer<(string Address, int Port)>.Create(static (x, y) =>
        string.CompareOrdinal(x.Address, y.Address) is not 0 and var order ? order : x.Port.CompareTo(y.Port));

    private static IEnumerable<GatewayChain> Chains(IReader reader, ProxyClass proxy, ServerGroup group, DownstreamTlsTraits traits, SniClaims claims)
    {
        if (group.Protocol.IsHttp())
            return [new GatewayChain.Http(group.RouteName, "", group.Protocol == Protocol.GrpcWeb)];
        return group.Servers.SelectMany(s => Chains(reader, proxy, s, group.Port, traits, claims));
    }

    private static IEnumerable<GatewayChain> Chains(IReader reader, ProxyClass proxy, GatewayServer server, int port, DownstreamTlsTraits traits, SniClaims claims)
    {
        if (server.EndsHttps)
        {
            return
            [
                new GatewayChain.Http(RouteNames.OfServer(server, port), server.Name, GrpcWeb: false)
                {
                    ServerNames = server.ServerNames,
                    Tls = reader.Get(DownstreamTls.Of, (server, traits)),
                },
            ];
        }

        var connections = new GatewayConnections(reader, proxy, server);
        if (server.PassesTlsThrough)
            return server.PassesAnythingThrough ? AutoPassthrough.Chains(reader, proxy, server) : connections.ByServerName(claims);
        if (connections.Plain() is not { } chain)
            return [];
        return [server.Tls is null ? chain : chain with { ServerNames = server.ServerNames, Tls = reader.Get(DownstreamTls.Of, (server, traits)) }];
    }
}
