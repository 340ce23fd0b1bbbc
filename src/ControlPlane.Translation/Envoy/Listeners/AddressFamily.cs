using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The IP versions that a proxy has, and the addresses that follow from them.</summary>
/// <param name="Ipv4">Whether it has an IPv4 address.</param>
/// <param name="Ipv6">Whether it has an IPv6 address.</param>
public readonly record struct AddressFamily(bool Ipv4, bool Ipv6)
{
    /// <summary>No address: any connection.</summary>
    public const string UnspecifiedIpv4 = "0.0.0.0";

    /// <summary>The same in IPv6.</summary>
    public const string UnspecifiedIpv6 = "::";

    /// <summary>The family of a class.</summary>
    public static AddressFamily Of(ProxyClass proxy) => new(proxy.Ipv4, proxy.Ipv6) { TakesAutoAllocated = NameTables.AnswersDns(proxy) };

    /// <summary>Whether the proxy uses addresses that were allocated for ServiceEntries without any: it answers DNS itself.</summary>
    public bool TakesAutoAllocated { get; init; }

    /// <summary>The address that takes any connection.</summary>
    public string Wildcard => Ipv4 ? UnspecifiedIpv4 : UnspecifiedIpv6;

    /// <summary>Further addresses of listeners on the wildcard: :: on a proxy with both versions.</summary>
    public EquatableArray<string> ExtraWildcards => Ipv4 && Ipv6 ? [UnspecifiedIpv6] : [];

    /// <summary>The loopback address.</summary>
    public string Localhost => Ipv4 ? "127.0.0.1" : "::1";

    /// <summary>Further loopback addresses.</summary>
    public EquatableArray<string> ExtraLocalhosts => Ipv4 && Ipv6 ? ["::1"] : [];

    /// <summary>
    /// The addresses of a service that the proxy can reach: those of its version, or of the version of the first where it has both.
    /// Those of a ServiceEntry are only names for the proxy to intercept, so they all count; where it has none, those allocated for it.
    /// </summary>
    public IEnumerable<string> Reachable(MeshService service)
    {
        var addresses = service.Addresses;
        var allocated = addresses.IsEmpty && TakesAutoAllocated;
        if (allocated)
            addresses = service.AutoAddresses;
        if (addresses.IsEmpty || (!allocated && !service.IsKubernetes))
            return addresses;
        var both = Ipv4 && Ipv6;
        var wantIpv6 = both ? IsIpv6(addresses[0]) : Ipv6;
        return addresses.Where(a => IsIpv6(a) == wantIpv6);
    }

    /// <summary>The address of the service's own listeners: the first that is reachable, else simply the first, else the unspecified one.</summary>
    public string ListenAddress(MeshService service)
    {
        var address = Reachable(service).FirstOrDefault() ?? service.DefaultAddress;
        return !service.IsKubernetes && address == UnspecifiedIpv4 ? Wildcard : WithoutHostPrefix(address);
    }

    private static string WithoutHostPrefix(string address) =>
        address.EndsWith("/32", StringComparison.Ordinal) && !IsIpv6(address) ? address[..^3]
        : address.EndsWith("/128", StringComparison.Ordinal) ? address[..^4]
        : address;

    private static bool IsIpv6(string address) => address.Contains(':', StringComparison.Ordinal);
}
