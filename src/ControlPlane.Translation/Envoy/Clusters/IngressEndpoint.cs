using System.Globalization;
using System.Net;
using ControlPlane.Translation.Envoy.Listeners;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Where the defaultEndpoint of a Sidecar's ingress leads.</summary>
/// <param name="Address">The address, or the path of a socket; "" for where the connection went.</param>
/// <param name="Port">The port, 0 for a socket.</param>
internal readonly record struct IngressEndpoint(string Address, int Port)
{
    private const string UnixPrefix = "unix://";

    /// <summary>Whether it is the loopback: the kernel brings back what goes there, so the connection needs no mark.</summary>
    public bool IsLoopback => Address is "127.0.0.1" or "::1";

    /// <summary>
    /// Reads an endpoint; null for one that can't be read. The wildcard stands for the proxy's own address of that version, the loopback
    /// for that which the proxy has; any other address is left to the connection.
    /// </summary>
    /// <param name="text">address:port, unix://path, or "".</param>
    /// <param name="addresses">Addresses of the proxy.</param>
    /// <param name="family">Its IP versions.</param>
    public static IngressEndpoint? Parse(string text, IReadOnlyList<string> addresses, AddressFamily family)
    {
        if (text.Length == 0)
            return new IngressEndpoint("", 0);
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
            return new IngressEndpoint(text[UnixPrefix.Length..], 0);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;
        var host = text[..colon];
        if (host is ['[', .. var inner, ']'])
            host = inner;
        else if (host.Contains(':', StringComparison.Ordinal))
            return null;
        return new IngressEndpoint(Resolve(host, addresses, family), port);
    }

    private static string Resolve(string host, IReadOnlyList<string> addresses, AddressFamily family)
    {
        var loopbacks = family.ExtraLocalhosts.Prepend(family.Localhost).ToList();
        return host switch
        {
            "0.0.0.0" => addresses.FirstOrDefault(a => !IsIpv6(a)) ?? "127.0.0.1",
            "::" => addresses.FirstOrDefault(IsIpv6) ?? "::1",
            "127.0.0.1" => loopbacks.Find(a => !IsIpv6(a)) ?? loopbacks[0],
            "::1" => loopbacks.Find(IsIpv6) ?? loopbacks[0],
            _ => "",
        };
    }

    private static bool IsIpv6(string address) => IPAddress.TryParse(address, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
}
