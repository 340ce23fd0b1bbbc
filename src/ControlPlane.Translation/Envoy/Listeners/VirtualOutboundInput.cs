using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Resources;
using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The listener that takes intercepted outbound connections: it hands each to the listener of its destination, and keeps what none claims.</summary>
public sealed record VirtualOutboundInput : ListenerInput
{
    /// <summary>The wildcard address.</summary>
    public required string Address { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Whether interception keeps the addresses (TPROXY).</summary>
    public bool Transparent { get; init; }

    /// <summary>Common part of TCP proxies.</summary>
    public required TcpTemplate Tcp { get; init; }

    /// <summary>Cluster of connections that nobody claims.</summary>
    public required string FallthroughCluster { get; init; }

    /// <summary>Logs of connections that no chain takes.</summary>
    public EquatableArray<Frozen<AccessLog>> AccessLogs { get; init; }

    /// <summary>Common part of the connection manager for requests that nobody claims; null where they are treated as any connection.</summary>
    public HttpConnectionTemplate? UnknownHosts { get; init; }

    /// <summary>The routes of these requests.</summary>
    public CatchAllRoute? UnknownHostRoute { get; init; }

    /// <inheritdoc/>
    public override EnvoyResource Build()
    {
        var listener = new Listener
        {
            Name = ListenerNames.VirtualOutbound,
            Address = ListenerAddresses.Of(Address, Port),
            UseOriginalDst = true,
            TrafficDirection = TrafficDirection.Outbound,
            MaxConnectionsToAcceptPerSocketEvent = 1,
        };
        if (Transparent)
            listener.Transparent = true;
        listener.AccessLog.AddRange(AccessLogs.Select(l => l.Clone()));
        listener.FilterChains.Add(BlackHole());
        if (UnknownHosts is not null)
        {
            listener.ListenerFilters.Add(ListenerFilters.HttpInspector());
            listener.FilterChains.Add(Requests());
        }

        var catchAll = new FilterChain { Name = ListenerNames.OutboundCatchAll };
        catchAll.Filters.AddRange(Tcp.Chain(Tcp.Proxy(FallthroughCluster, FallthroughCluster), null));
        listener.FilterChains.Add(catchAll);
        return new EnvoyResource(XdsType.Listener, listener.Name, listener);
    }

    /// <summary>Connections to the listener's own port would go round in circles.</summary>
    private FilterChain BlackHole()
    {
        var chain = new FilterChain { Name = ListenerNames.OutboundBlackHole, FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)Port } };
        chain.Filters.AddRange(Tcp.Chain(new TcpProxy { Cluster = ClusterNames.BlackHole, StatPrefix = ClusterNames.BlackHole }, null));
        return chain;
    }

    private FilterChain Requests()
    {
        var manager = UnknownHosts!.Build($"outbound_{ListenerNames.VirtualOutbound}_{RouteNames.AllowAnyDynamicDns}", 0);
        manager.RouteConfig = RouteConfigurations.Of(RouteNames.AllowAnyDynamicDns, [UnknownHostRoute!.Build()]);
        var chain = new FilterChain { Name = ListenerNames.OutboundCatchAllHttp, FilterChainMatch = new FilterChainMatch() };
        chain.FilterChainMatch.ApplicationProtocols.AddRange(["http/1.1", "h2c"]);
        chain.Filters.Add(NetworkFilters.ConnectionManager(manager));
        return chain;
    }
}
