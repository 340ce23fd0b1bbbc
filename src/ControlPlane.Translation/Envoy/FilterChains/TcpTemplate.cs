using ControlPlane.Model.Collections;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What all chains of one side of a class that end in a TCP proxy have in common.</summary>
/// <param name="Base">The TCP proxy but for cluster and name.</param>
/// <param name="Filters">The common filters before it.</param>
public sealed record TcpTemplate(Frozen<TcpProxy> Base, EquatableArray<NetworkFilterContribution> Filters)
{
    /// <summary>Filters of the user's own, by port.</summary>
    public EquatableArray<PortFilter<NetworkFilterContribution>> Extensions { get; init; }

    /// <summary>A TCP proxy that may be written to, for one cluster.</summary>
    public TcpProxy Proxy(string cluster, string statPrefix)
    {
        var proxy = Base.Clone();
        proxy.Cluster = cluster;
        proxy.StatPrefix = statPrefix;
        return proxy;
    }

    /// <summary>A TCP proxy that may be written to, for one cluster or several by weight.</summary>
    public TcpProxy Proxy(TcpDestination destination)
    {
        var single = destination.Clusters is [{ Weight: 0 }];
        var proxy = Proxy(single ? destination.Clusters[0].Name : "", destination.StatPrefix);
        if (!single)
        {
            proxy.WeightedClusters = new TcpProxy.Types.WeightedCluster();
            proxy.WeightedClusters.Clusters.AddRange(
                destination.Clusters.Select(c => new TcpProxy.Types.WeightedCluster.Types.ClusterWeight { Name = c.Name, Weight = c.Weight }));
        }

        destination.Tuning.Apply(proxy);
        return proxy;
    }

    /// <summary>The template without the filters that decide who may connect.</summary>
    public TcpTemplate WithoutAuthorization() =>
        this with { Filters = Filters.Where(f => f.Slot is not (NetworkFilterSlot.CustomAuthorization or NetworkFilterSlot.Authorization)).ToEquatableArray() };

    /// <summary>The filters of a chain that ends in the given proxy.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="port">Port by which the user's own filters are chosen; null for none of them.</param>
    /// <param name="own">Further filters.</param>
    public IEnumerable<Filter> Chain(TcpProxy proxy, int? port, IEnumerable<NetworkFilterContribution>? own = null) =>
        NetworkFilterOrder.Arrange(Filters.Concat(OfPort(port)).Concat(own ?? [])
            .Append(new NetworkFilterContribution(NetworkFilterSlot.Terminal, NetworkFilters.Tcp(proxy).Freeze())));

    /// <summary>The user's own filters before a connection manager.</summary>
    /// <param name="port">Port by which they are chosen.</param>
    public IEnumerable<Filter> BeforeRequests(int port) => NetworkFilterOrder.Arrange(OfPort(port));

    private IEnumerable<NetworkFilterContribution> OfPort(int? port) => port is { } number ? Extensions.Where(e => e.IsFor(number)).Select(e => e.Filter) : [];
}
