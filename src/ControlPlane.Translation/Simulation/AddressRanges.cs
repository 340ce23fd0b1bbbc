using System.Net;
using Envoy.Config.Core.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>envoy.config.core.v3.CidrRange.</summary>
internal static class AddressRanges
{
    /// <summary>Length of the longest prefix that holds an address: 0 where no range is asked for, -1 where none holds it.</summary>
    public static int LongestMatch(IReadOnlyCollection<CidrRange> ranges, IPAddress address)
    {
        if (ranges.Count == 0)
            return 0;
        var best = -1;
        foreach (var range in ranges)
        {
            var length = (int)(range.PrefixLen ?? 0);
            if (length > best && IPAddress.TryParse(range.AddressPrefix, out var prefix) && prefix.AddressFamily == address.AddressFamily && Holds(prefix, length, address))
                best = length;
        }

        return best;
    }

    private static bool Holds(IPAddress prefix, int length, IPAddress address)
    {
        var (wanted, given) = (prefix.GetAddressBytes(), address.GetAddressBytes());
        if (length > wanted.Length * 8)
            return false;
        var (whole, rest) = (length / 8, length % 8);
        if (!wanted.AsSpan(0, whole).SequenceEqual(given.AsSpan(0, whole)))
            return false;
        return rest == 0 || (wanted[whole] ^ given[whole]) >> (8 - rest) == 0;
    }
}
