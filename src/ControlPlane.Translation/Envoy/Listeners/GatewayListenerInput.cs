using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>A listener of a gateway: its plan, joined with what the class adds.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Settings">What the class adds.</param>
public sealed record GatewayListenerInput(GatewayListenerPlan Plan, GatewayListenerSettings Settings) : ListenerInput
{
    /// <summary>A slow handshake may not hold memory longer than this.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override int GetHashCode() => Plan.GetHashCode();

    /// <inheritdoc/>
    public override EnvoyResource Build()
    {
        var listener = new Listener
        {
            Name = Plan.Name,
            Address = ListenerAddresses.Of(Plan.Address, Plan.Port),
            TrafficDirection = TrafficDirection.Outbound,
            MaxConnectionsToAcceptPerSocketEvent = 1,
            PerConnectionBufferLimitBytes = Settings.BufferLimit,
        };
        if (Settings.ExactBalance)
            listener.ConnectionBalanceConfig = ListenerAddresses.ExactBalance();
        listener.AccessLog.AddRange(Settings.AccessLogs.Select(l => l.Clone()));
        if (Settings.ProxyProtocol)
            listener.ListenerFilters.Add(ListenerFilters.ProxyProtocol());
        if (Plan.Chains.Any(c => c.NeedsTlsInspector))
            listener.ListenerFilters.Add(ListenerFilters.TlsInspector());
        listener.FilterChains.AddRange(Plan.Chains.Select(Chain));
        return new EnvoyResource(XdsType.Listener, listener.Name, listener) { References = Plan.RouteNames };
    }

    private FilterChain Chain(GatewayChain planned)
    {
        var chain = new FilterChain { FilterChainMatch = Match(planned), TransportSocketConnectTimeout = Duration.FromTimeSpan(HandshakeTimeout) };
        switch (planned)
        {
            case GatewayChain.Http http:
                chain.Filters.AddRange(Settings.Tcp.BeforeRequests(Plan.Port));
                chain.Filters.Add(NetworkFilters.ConnectionManager(ConnectionManager(http)));
                break;
            case GatewayChain.Tcp tcp:
                var template = tcp.SkipsAuthorization ? Settings.Tcp.WithoutAuthorization() : Settings.Tcp;
                chain.Filters.AddRange(template.Chain(template.Proxy(tcp.Destination), tcp.SkipsAuthorization ? null : tcp.ServerPort, tcp.OwnFilters));
                break;
        }

        if (planned.Tls is { } tls)
            chain.TransportSocket = DownstreamTls.Socket(tls);
        return chain;
    }

    private HttpConnectionManager ConnectionManager(GatewayChain.Http chain)
    {
        var manager = Settings.Http.Build("outbound_" + Plan.Name, Plan.Port, chain.GrpcWeb ? [HttpFilters.GrpcWeb] : null);
        // The name of a server is taken as it stands.
        if (chain.StatName.Length > 0)
            manager.StatPrefix = chain.StatName;
        manager.Rds = new Rds
        {
            RouteConfigName = chain.RouteName,
            ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration(), ResourceApiVersion = ApiVersion.V3 },
        };
        return manager;
    }

    private static FilterChainMatch? Match(GatewayChain chain)
    {
        var anyName = chain.ServerNames.IsEmpty || chain.ServerNames.Contains(ChainMatch.AnyName);
        if (anyName && chain.Protocols.IsEmpty)
            return null;
        var match = new FilterChainMatch();
        match.ApplicationProtocols.AddRange(chain.Protocols);
        if (!anyName)
            match.ServerNames.AddRange(chain.ServerNames.Order(StringComparer.Ordinal));
        return match;
    }
}
