using System.Collections.Immutable;

namespace ControlPlane.Translation.Simulation;

/// <summary>A cluster that traffic may go to.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Share">Share of the traffic, above 0 and at most 1.</param>
/// <param name="Discovery">How the cluster finds its endpoints, e.g. EDS; null where there is no such cluster.</param>
/// <param name="Endpoints">Who may be chosen now; empty where nobody can.</param>
public sealed record SimulatedDestination(string Cluster, double Share, string? Discovery, ImmutableArray<SimulatedEndpoint> Endpoints);
