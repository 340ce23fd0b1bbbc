namespace ControlPlane.Translation.Features.WorkloadEntry;

/// <summary>A port of a workload under the name of the service port that it serves.</summary>
/// <param name="Name">Name of the service port.</param>
/// <param name="Number">Port of the workload.</param>
public sealed record NamedPort(string Name, int Number);
