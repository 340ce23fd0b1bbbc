using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Which connections of an outbound listener a filter chain takes.</summary>
/// <param name="ServerNames">Names in the TLS handshake, one of which must fit; empty, or one of them "*", for any connection.</param>
/// <param name="Prefixes">Networks (address/length) or addresses of the destination; empty for any.</param>
/// <param name="DetectedHttp">Whether it takes plain connections that were found to be HTTP only.</param>
public sealed record ChainMatch(EquatableArray<string> ServerNames, EquatableArray<string> Prefixes, bool DetectedHttp)
{
    /// <summary>Any connection.</summary>
    public const string AnyName = "*";

    /// <summary>Takes every connection.</summary>
    public static ChainMatch All { get; } = new([], [], false);

    /// <summary>Takes what was found to be HTTP.</summary>
    public static ChainMatch Http { get; } = new([], [], true);

    /// <summary>Whether it takes every connection, so that the chain becomes the listener's default.</summary>
    public bool MatchesAll => !DetectedHttp && Prefixes.IsEmpty && (ServerNames.IsEmpty || ServerNames.Contains(AnyName));

    /// <summary>Whether two chains can't be in one listener: Envoy would not know which to take.</summary>
    public bool ConflictsWith(ChainMatch other) =>
        DetectedHttp == other.DetectedHttp && Names(this).SetEquals(Names(other)) && Networks(this).SetEquals(Networks(other));

    private static HashSet<string> Names(ChainMatch match) => [.. match.ServerNames.Where(n => n != AnyName)];

    private static HashSet<string> Networks(ChainMatch match) =>
        [.. match.Prefixes.Select(CidrRanges.Parse).Where(r => r is not null && !CidrRanges.IsUnspecified(r)).Select(r => $"{r!.AddressPrefix}/{r.PrefixLen}")];
}
