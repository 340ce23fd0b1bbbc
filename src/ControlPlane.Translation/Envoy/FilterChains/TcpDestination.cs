using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Where a TCP proxy sends connections.</summary>
/// <param name="StatPrefix">Name for statistics.</param>
/// <param name="Clusters">The clusters with their weights; a single one has no weight.</param>
public sealed record TcpDestination(string StatPrefix, EquatableArray<WeightedCluster> Clusters)
{
    /// <summary>What a rule says of the proxy.</summary>
    public TcpTuning Tuning { get; init; } = TcpTuning.None;

    /// <summary>A single cluster, counted under its own name.</summary>
    public static TcpDestination To(string cluster) => new(cluster, [new WeightedCluster(cluster, 0)]);
}
