using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Networks;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>
/// Replaces hosts on other networks by the gateways of these: of each place the weights of its foreign hosts are summed and split
/// evenly among the gateways that the proxy can reach. Only mutual TLS crosses, as gateways find the service by server name.
/// </summary>
internal static class NetworkCrossing
{
    /// <summary>The groups as seen from one side.</summary>
    public static List<EndpointGroup> Apply(List<EndpointGroup> groups, NetworkSide side, NetworkGateways gateways) =>
        groups.ConvertAll(g => Apply(g, side, gateways));

    private static EndpointGroup Apply(EndpointGroup group, NetworkSide side, NetworkGateways gateways)
    {
        var result = new EndpointGroup(group.Locality);
        var weights = new SortedDictionary<NetworkGateway, uint>();
        foreach (var (row, workload) in group.Hosts)
        {
            var weight = (uint)Math.Min((ulong)(row.Weight ?? 1) * gateways.WeightScale, uint.MaxValue);
            var ways = gateways.To(workload.Network, workload.Cluster);
            if (ways.Count == 0 || side.Reaches(workload.Network))
            {
                if (row.Address.Length > 0)
                    result.Add(row with { Weight = weight }, workload);
                continue;
            }

            var reachable = ways.Where(w => Fits(w, side)).ToList();
            if (reachable.Count == 0 || row.TlsMode != EndpointWorkload.IstioMutualTls)
                continue;
            foreach (var way in reachable)
                weights[way] = weights.GetValueOrDefault(way) + (weight / (uint)reachable.Count);
        }

        foreach (var (gateway, weight) in weights)
        {
            var workload = new EndpointWorkload { Network = gateway.Network, Cluster = gateway.Cluster };
            result.Add(Row(gateway, Math.Max(weight, 1), workload), workload);
        }

        return result;
    }

    private static bool Fits(NetworkGateway gateway, NetworkSide side)
    {
        if (side.Ipv4 == side.Ipv6)
            return true;
        if (!IPAddress.TryParse(gateway.Address, out var address))
            return false;
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        return v6 == side.Ipv6;
    }

    private static EndpointRow Row(NetworkGateway gateway, uint weight, EndpointWorkload workload) => new(
        gateway.Address, gateway.Port, EndpointHealth.Unknown, weight, EndpointWorkload.IstioMutualTls, workload);
}
