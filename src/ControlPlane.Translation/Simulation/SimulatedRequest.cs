using System.Collections.Immutable;

namespace ControlPlane.Translation.Simulation;

/// <summary>A request of HTTP as its client writes it.</summary>
/// <param name="Method">Method, e.g. GET.</param>
/// <param name="Authority">Header Host or :authority, "" without one.</param>
/// <param name="Path">Path with query, as sent.</param>
/// <param name="Headers">Other headers in their order; names of any case, a name may occur again.</param>
public sealed record SimulatedRequest(string Method, string Authority, string Path, ImmutableArray<KeyValuePair<string, string>> Headers)
{
    /// <summary>
    /// What chance draws, at least 0 and below 1: it decides between weighted clusters, and whether a route for a share of the requests takes
    /// this one. Null for no draw: all weighted clusters are destinations, and routes for a share above 0 are met.
    /// </summary>
    public double? Draw { get; init; }
}
