using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>An outbound listener of a sidecar: its plan, joined with what the class adds.</summary>
public sealed record OutboundListenerInput : ListenerInput
{
    /// <summary>A slow handshake may not hold memory longer than this.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    private readonly int _hash;

    /// <summary>Joins a plan with a class.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="http">Common part of the class's connection managers; only where the plan has some.</param>
    /// <param name="settings">What the class adds.</param>
    public OutboundListenerInput(PlannedListener plan, HttpConnectionTemplate? http, OutboundListenerSettings settings)
    {
        Plan = plan;
        Http = http;
        Settings = settings;
        _hash = HashCode.Combine(plan, http, settings);
    }

    /// <summary>The plan.</summary>
    public PlannedListener Plan { get; }

    /// <summary>Common part of connection managers.</summary>
    public HttpConnectionTemplate? Http { get; }

    /// <summary>What the class adds.</summary>
    public OutboundListenerSettings Settings { get; }

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override EnvoyResource Build()
    {
        var listener = new Listener
        {
            Name = Plan.Name,
            TrafficDirection = TrafficDirection.Outbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = new Duration(),
        };
        ListenerAddresses.Set(listener, Plan.Addresses, Plan.Port);
        if (Settings.ExactBalance)
            listener.ConnectionBalanceConfig = ListenerAddresses.ExactBalance();
        if (Plan.BindsPort)
            listener.MaxConnectionsToAcceptPerSocketEvent = 1;
        else
            listener.BindToPort = false;
        AddInspectors(listener);
        AddChains(listener);
        return new EnvoyResource(XdsType.Listener, listener.Name, listener) { References = Plan.RouteNames };
    }

    private void AddInspectors(Listener listener)
    {
        if (Plan.Chains.Any(NeedsTlsInspector))
            listener.ListenerFilters.Add(ListenerFilters.TlsInspector());
        if (!Plan.Chains.Any(c => c.Match.DetectedHttp))
            return;
        listener.ListenerFilters.Add(ListenerFilters.HttpInspector());
        listener.ListenerFiltersTimeout = Settings.DetectionTimeout.Clone();
    }

    private static bool NeedsTlsInspector(PlannedChain chain) =>
        !chain.Match.ServerNames.IsEmpty
        || (chain is PlannedChain.Tcp tcp && tcp.OwnFilters.Any(f => f.Slot == NetworkFilterSlot.SniDynamicForwardProxy));

    /// <summary>A chain that takes everything is the default one if there are others; if none does, a chain lets everything else pass.</summary>
    private void AddChains(Listener listener)
    {
        FilterChain? everything = null;
        foreach (var planned in Plan.Chains)
        {
            var chain = Chain(planned);
            if (planned.Match.MatchesAll)
            {
                everything = chain;
            }
            else
            {
                chain.FilterChainMatch = Match(planned.Match);
                listener.FilterChains.Add(chain);
            }
        }

        if (everything is null)
            listener.DefaultFilterChain = Fallthrough();
        else if (listener.FilterChains.Count == 0)
            listener.FilterChains.Add(everything);
        else
            listener.DefaultFilterChain = everything;
    }

    private FilterChain Chain(PlannedChain planned)
    {
        var chain = new FilterChain { TransportSocketConnectTimeout = Duration.FromTimeSpan(HandshakeTimeout) };
        switch (planned)
        {
            case PlannedChain.Http http:
                chain.Filters.AddRange(Settings.Tcp.BeforeRequests(Plan.Port));
                chain.Filters.Add(NetworkFilters.ConnectionManager(ConnectionManager(http)));
                break;
            case PlannedChain.Tcp tcp:
                chain.Filters.AddRange(Settings.Tcp.Chain(Settings.Tcp.Proxy(tcp.Destination), Plan.Port, tcp.OwnFilters));
                if (tcp.Rule is { } rule)
                    chain.Metadata = ConfigMetadata.VirtualService(rule);
                break;
        }

        return chain;
    }

    private HttpConnectionManager ConnectionManager(PlannedChain.Http chain)
    {
        var manager = Http!.Build("outbound_" + Plan.Name, Plan.Port, chain.OwnFilters);
        manager.Rds = new Rds
        {
            RouteConfigName = chain.RouteName,
            ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration(), ResourceApiVersion = ApiVersion.V3 },
        };
        return manager;
    }

    private FilterChain Fallthrough()
    {
        var chain = new FilterChain { Name = ListenerNames.PassthroughChain, FilterChainMatch = new FilterChainMatch() };
        chain.Filters.AddRange(Settings.Tcp.Chain(Settings.Tcp.Proxy(Settings.FallthroughCluster, Settings.FallthroughCluster), null));
        return chain;
    }

    private static FilterChainMatch Match(ChainMatch match)
    {
        var result = new FilterChainMatch();
        if (match.DetectedHttp)
        {
            result.ApplicationProtocols.AddRange(["http/1.1", "h2c"]);
            result.TransportProtocol = "raw_buffer";
        }

        if (!match.ServerNames.Contains(ChainMatch.AnyName))
            result.ServerNames.AddRange(match.ServerNames.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        result.PrefixRanges.AddRange(match.Prefixes.Order(StringComparer.Ordinal)
            .Select(CidrRanges.Read).OfType<CidrRange>().Where(r => !CidrRanges.IsUnspecified(r)));
        return result;
    }
}
