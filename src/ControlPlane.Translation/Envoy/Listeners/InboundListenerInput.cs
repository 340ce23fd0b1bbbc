using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>An inbound listener: the one that takes intercepted connections for all ports, or one with a port of its own.</summary>
public sealed record InboundListenerInput : ListenerInput
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its addresses.</summary>
    public required EquatableArray<string> Addresses { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Whether interception brings the connections, for all ports; else it is bound to one.</summary>
    public bool Virtual { get; init; }

    /// <summary>Whether interception keeps the addresses (TPROXY).</summary>
    public bool Transparent { get; init; }

    /// <summary>The ports.</summary>
    public required EquatableArray<InboundChain> Chains { get; init; }

    /// <summary>What the class adds.</summary>
    public required InboundListenerSettings Settings { get; init; }

    /// <inheritdoc/>
    public override EnvoyResource Build()
    {
        var listener = new Listener
        {
            Name = Name,
            TrafficDirection = TrafficDirection.Inbound,
            ContinueOnListenerFiltersTimeout = true,
            MaxConnectionsToAcceptPerSocketEvent = 1,
            ListenerFiltersTimeout = Settings.DetectionTimeout.Clone(),
        };
        ListenerAddresses.Set(listener, Addresses, Port);
        if (Settings.ExactBalance)
            listener.ConnectionBalanceConfig = ListenerAddresses.ExactBalance();
        if (Virtual && Transparent)
            listener.Transparent = true;
        listener.AccessLog.AddRange(Settings.AccessLogs.Select(l => l.Clone()));
        if (Virtual)
            listener.FilterChains.Add(BlackHole());
        foreach (var chain in Chains)
            listener.FilterChains.AddRange(InboundMatch.Of(chain.Mode, chain.Protocol).Select(m => InboundFilterChains.Build(chain, m, Settings)));
        AddListenerFilters(listener);
        return new EnvoyResource(XdsType.Listener, Name, listener);
    }

    /// <summary>Connections to the listener's own port would go round in circles.</summary>
    private FilterChain BlackHole()
    {
        var chain = new FilterChain { Name = ListenerNames.InboundBlackHole, FilterChainMatch = new FilterChainMatch { DestinationPort = (uint)Port } };
        chain.Filters.AddRange(Settings.Tcp.WithoutAuthorization().Chain(new TcpProxy { Cluster = ClusterNames.BlackHole, StatPrefix = ClusterNames.BlackHole }, null));
        return chain;
    }

    private void AddListenerFilters(Listener listener)
    {
        if (Virtual)
            listener.ListenerFilters.Add(ListenerFilters.OriginalDestination());
        if (Virtual && Transparent)
            listener.ListenerFilters.Add(ListenerFilters.OriginalSource());
        AddInspector(listener, ListenerFilters.TlsInspector(), m => m.NeedsTlsInspector, besidesOthers: true);
        AddInspector(listener, ListenerFilters.HttpInspector(), m => m.NeedsHttpInspector, besidesOthers: false);
    }

    /// <summary>
    /// Inspection costs time, and breaks protocols in which the server speaks first: it is left out on ports whose chains don't need
    /// it. Where the chains of all other ports don't need it either, only the ports that do are inspected (TLS alone, as with Istio).
    /// </summary>
    private void AddInspector(Listener listener, ListenerFilter inspector, Func<InboundMatch, bool> needs, bool besidesOthers)
    {
        var ports = new SortedDictionary<int, bool>();
        if (Virtual)
            ports[Port] = false;
        foreach (var chain in Chains)
            ports[chain.Port] = ports.GetValueOrDefault(chain.Port) || InboundMatch.Of(chain.Mode, chain.Protocol).Any(needs);
        if (!ports.Values.Any(needed => needed))
            return;
        if (besidesOthers && !ports.GetValueOrDefault(0))
        {
            var needing = ports.Where(p => p.Value && p.Key != 0).Select(p => p.Key).ToList();
            inspector.FilterDisabled = new ListenerFilterChainMatchPredicate { NotMatch = ListenerFilters.OfPorts(needing) };
        }
        else
        {
            var other = ports.Where(p => !p.Value && !(besidesOthers && p.Key == 0)).Select(p => p.Key).ToList();
            if (other.Count > 0)
                inspector.FilterDisabled = ListenerFilters.OfPorts(other);
        }

        listener.ListenerFilters.Add(inspector);
    }
}
