using System.Globalization;
using System.Net;
using Envoy.Config.Core.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Reads networks such as 10.0.0.0/8, or single addresses.</summary>
public static class CidrRanges
{
    /// <summary>The network, its address as it was written; null for a text that is none.</summary>
    public static CidrRange? Read(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(address, out var parsed))
            return null;
        var width = parsed.GetAddressBytes().Length * 8;
        var length = width;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > width))
            return null;
        return new CidrRange { AddressPrefix = address, PrefixLen = (uint)length };
    }

    /// <summary>
    /// The network, its address in canonical form; null also for the loose forms of addresses that .NET takes and Istio does not (fewer than four
    /// parts, leading zeros, zones): what decides about access must not be read in two ways.
    /// </summary>
    public static CidrRange? ReadStrict(string text)
    {
        if (text.AsSpan().ContainsAny('%', '[', ']') || Read(text) is not { } range)
            return null;
        var canonical = IPAddress.Parse(range.AddressPrefix).ToString();
        if (!range.AddressPrefix.Contains(':', StringComparison.Ordinal) && canonical != range.AddressPrefix)
            return null;
        range.AddressPrefix = canonical;
        return range;
    }

    /// <summary>The network with the bits beyond its length cleared, so that two ways to write one network are equal.</summary>
    public static CidrRange? Parse(string text)
    {
        if (Read(text) is not { } range)
            return null;
        var bytes = IPAddress.Parse(range.AddressPrefix).GetAddressBytes();
        for (var bit = (int)(range.PrefixLen ?? 0); bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new CidrRange { AddressPrefix = new IPAddress(bytes).ToString(), PrefixLen = range.PrefixLen };
    }

    /// <summary>Whether a network's address is 0.0.0.0: it selects nothing in particular.</summary>
    public static bool IsUnspecified(CidrRange range) => range.AddressPrefix == AddressFamily.UnspecifiedIpv4;
}
