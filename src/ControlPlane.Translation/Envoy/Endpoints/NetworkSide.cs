namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>From where a proxy looks at other networks.</summary>
/// <param name="Network">Its own network, "" where unknown.</param>
/// <param name="Ipv4">Whether it reaches IPv4 gateways.</param>
/// <param name="Ipv6">Whether it reaches IPv6 gateways.</param>
internal sealed record NetworkSide(string Network, bool Ipv4, bool Ipv6)
{
    /// <summary>
    /// Whether endpoints of a network are reached directly: they are in the proxy's own, or in none. A proxy that does not know its
    /// own network takes the gateway into every network that has one.
    /// </summary>
    public bool Reaches(string network) => network.Length == 0 || network == Network;
}
