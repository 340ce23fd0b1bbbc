namespace ControlPlane.Translation.Views.Networks;

/// <summary>An address through which the endpoints of a network are reached from other networks. Ordered by address, port, then network.</summary>
/// <param name="Network">The network behind it.</param>
/// <param name="Address">IP address.</param>
/// <param name="Port">Port.</param>
/// <param name="Cluster">Cluster that it belongs to, "" where unknown.</param>
public sealed record NetworkGateway(string Network, string Address, int Port, string Cluster) : IComparable<NetworkGateway>
{
    /// <inheritdoc/>
    public int CompareTo(NetworkGateway? other)
    {
        if (other is null)
            return 1;
        var order = string.CompareOrdinal(Address, other.Address);
        if (order == 0)
            order = Port.CompareTo(other.Port);
        if (order == 0)
            order = string.CompareOrdinal(Network, other.Network);
        return order != 0 ? order : string.CompareOrdinal(Cluster, other.Cluster);
    }
}
