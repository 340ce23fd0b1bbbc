using System.Net;
using System.Net.Sockets;
using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Which addresses of a service a proxy may use.</summary>
public static class ServiceAddresses
{
    /// <summary>
    /// The addresses (IPs or CIDRs) of the families that a proxy has; a proxy with both takes those of the family of the first.
    /// </summary>
    public static EquatableArray<string> OfFamilies(EquatableArray<string> addresses, bool ipv4, bool ipv6)
    {
        if (addresses.IsEmpty || (ipv4 == ipv6 && addresses.Count == 1))
            return addresses;
        var v6 = ipv4 && ipv6 ? IsIpv6(addresses[0]) : ipv6;
        return addresses.All(a => IsIpv6(a) == v6) ? addresses : addresses.Where(a => IsIpv6(a) == v6).ToEquatableArray();
    }

    /// <summary>Whether an IP or CIDR is of IPv6.</summary>
    public static bool IsIpv6(string address) => address.Contains(':', StringComparison.Ordinal);

    /// <summary>Whether a text is a single IP address (and no range, name or path).</summary>
    public static bool IsIp(string address) =>
        IPAddress.TryParse(address, out var ip) && (ip.AddressFamily == AddressFamily.InterNetworkV6 || address.AsSpan().Count('.') == 3);
}
