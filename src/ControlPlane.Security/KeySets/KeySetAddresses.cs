using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Security.KeySets;

/// <summary>
/// Which addresses key sets may be fetched from: users name the URIs, so that the control plane must not be led to what only it can reach (S9).
/// Private networks are allowed, as issuers are often in the cluster.
/// </summary>
public static class KeySetAddresses
{
    // Metadata services of clouds that are not link-local.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];

    /// <summary>Whether an address may be asked.</summary>
    /// <param name="address">The address.</param>
    /// <param name="allowLoopback">Whether this machine itself may be asked.</param>
    public static bool MayAsk(IPAddress address, bool allowLoopback)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return allowLoopback;
        if (Array.Exists(Metadata, address.Equals))
            return false;
        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes() is not ([0, ..] or [169, 254, ..] or [>= 224, ..])
            : !(address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal || address.Equals(IPAddress.IPv6Any) || HoldsIpv4(address));
    }

    /// <summary>Addresses that a translator turns into IPv4 (NAT64, 6to4) could mean any of the others.</summary>
    private static bool HoldsIpv4(IPAddress address) => address.GetAddressBytes() is [0x00, 0x64, 0xff, 0x9b, ..] or [0x20, 0x02, ..] or [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ..];
}
