using System.Net;

namespace ControlPlane.Injection.Interception;

/// <summary>The resolvers of a resolv.conf (resolv.conf(5)).</summary>
public static class ResolverFile
{
    private const string Keyword = "nameserver";

    /// <summary>Their addresses, each once. Lines that name none are passed over, as the C library does.</summary>
    /// <param name="text">Content of the file.</param>
    public static IReadOnlyList<IPAddress> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split('\n')
            .Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is [Keyword, _, ..])
            .Select(words => IPAddress.TryParse(words[1], out var address) ? address : null)
            .OfType<IPAddress>()
            .Select(address => new IPAddress(address.GetAddressBytes())) // without the interface of a link-local address, which rules can't name
            .Distinct()];
    }
}
