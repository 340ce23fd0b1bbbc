using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>Tells IP addresses as Kubernetes writes them: dotted decimal without leading zeros, or IPv6 without zone.</summary>
internal static class AddressText
{
    public static bool IsIPv4(string text)
    {
        // IPAddress.Parse would also take 1, 0x7f.1 and 010.0.0.1.
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(p =>
            p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0') && int.Parse(p, null) <= 255);
    }

    public static bool IsIPv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    public static bool IsIP(string text) => IsIPv4(text) || IsIPv6(text);
}
