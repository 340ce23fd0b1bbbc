namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>A cluster and its share of the connections.</summary>
/// <param name="Name">Name of the cluster.</param>
/// <param name="Weight">Share, relative to those of the others; 0 where it is the only one.</param>
public readonly record struct WeightedCluster(string Name, uint Weight);
