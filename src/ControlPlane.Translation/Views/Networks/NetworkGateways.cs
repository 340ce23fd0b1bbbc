using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Networks;

/// <summary>
/// The gateways of all networks: those of meshNetworks, and Services that stand for one, by label or by name. Gateways whose
/// address is a host name are left out: nothing resolves names here.
/// </summary>
public sealed record NetworkGateways
{
    private const int DefaultPort = 15443;

    private static readonly Derivation<Unit, EquatableArray<MeshService>> GatewayServices = new("NetworkGatewayServices", static (reader, _) =>
    {
        var named = reader.Get(MeshNetworksView.Current, Unit.Value).ServiceGateways;
        return reader.Get(ServiceDirectory.All, Unit.Value)
            .Where(s => s.IsKubernetes && (s.Labels.ContainsKey(WellKnownLabels.Network) || named.Any(g => g.Host == s.Host)))
            .ToEquatableArray();
    });

    /// <summary>The gateways now.</summary>
    public static Derivation<Unit, NetworkGateways> Current { get; } = new("NetworkGateways", static (reader, _) =>
    {
        var networks = reader.Get(MeshNetworksView.Current, Unit.Value);
        var all = new SortedSet<NetworkGateway>(networks.Gateways.Where(g => IsIp(g.Address)));
        foreach (var service in reader.Get(GatewayServices, Unit.Value))
        {
            var ports = Ports(service, networks.ServiceGateways);
            foreach (var address in ports.Count == 0 ? [] : Addresses(reader, service))
            {
                if (IsIp(address))
                    all.UnionWith(ports.Select(p => new NetworkGateway(p.Network, address, p.Port, reader.Get(MeshSettings.Current, Unit.Value).ClusterId)));
            }
        }

        return new NetworkGateways { All = all.ToEquatableArray(), WeightScale = Scale(all) };
    });

    /// <summary>All gateways, sorted.</summary>
    public EquatableArray<NetworkGateway> All { get; private init; }

    /// <summary>
    /// By what the weight of every endpoint is multiplied, so that it can be divided evenly among the gateways of any network: the
    /// least common multiple of their numbers.
    /// </summary>
    public uint WeightScale { get; private init; } = 1;

    /// <summary>Whether there is any gateway at all. If not, all endpoints are reached directly.</summary>
    public bool Any => !All.IsEmpty;

    /// <summary>The gateways to the endpoints of a network in a cluster: those of that cluster, else all of the network.</summary>
    public IReadOnlyList<NetworkGateway> To(string network, string cluster)
    {
        var ofNetwork = All.Where(g => g.Network == network).ToList();
        var ofCluster = ofNetwork.Where(g => g.Cluster == cluster).ToList();
        return ofCluster.Count > 0 ? ofCluster : ofNetwork;
    }

    /// <summary>The networks and ports for which a service is the gateway.</summary>
    private static List<(string Network, int Port)> Ports(MeshService service, EquatableArray<ServiceGateway> named)
    {
        if (service.Labels[WellKnownLabels.Network] is { Length: > 0 } network)
        {
            var port = int.TryParse(service.Labels[WellKnownLabels.GatewayPort], out var given) ? given : DefaultPort;
            return service.Ports.Any(p => p.Number == port) ? [(network, OnNode(service, port))] : [];
        }

        return named.Where(g => g.Host == service.Host).Select(g => (g.Network, OnNode(service, g.Port))).ToList();
    }

    private static int OnNode(MeshService service, int port) =>
        service.NodeSelector is null ? port : service.Ports.FirstOrDefault(p => p.Number == port)?.NodePort ?? port;

    private static IEnumerable<string> Addresses(IReader reader, MeshService service)
    {
        if (service.NodeSelector is not { } selector)
            return service.ExternalAddresses;
        return reader.All(Tables.Nodes).Where(n => selector.IsSubsetOf(n.Meta.Labels)).SelectMany(FirstExternalIp);
    }

    private static bool IsIp(string address) => IPAddress.TryParse(address, out IPAddress? _);

    private static IEnumerable<string> FirstExternalIp(Node node) => node.ExternalIps.Take(1);

    private static uint Scale(IReadOnlyCollection<NetworkGateway> all)
    {
        var sizes = all.GroupBy(g => g.Network).Select(g => g.Count())
            .Concat(all.GroupBy(g => (g.Network, g.Cluster)).Select(g => g.Count()));
        return sizes.Aggregate(1u, static (scale, size) => LeastCommonMultiple(scale, (uint)size));
    }

    private static uint LeastCommonMultiple(uint a, uint b)
    {
        var (x, y) = (a, b);
        while (y != 0)
            (x, y) = (y, x % y);
        return a / x * b;
    }
}
