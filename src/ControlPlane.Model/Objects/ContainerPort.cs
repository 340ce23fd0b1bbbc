namespace ControlPlane.Model.Objects;

/// <summary>A port that a container declares.</summary>
/// <param name="Name">Port name, "" where it has none.</param>
/// <param name="Port">Container port.</param>
/// <param name="Protocol">TCP (default), UDP or SCTP.</param>
public sealed record ContainerPort(string Name, int Port, string Protocol = "TCP");
