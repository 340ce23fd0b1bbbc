namespace ControlPlane.Health;

/// <summary>A part of the server that is looked at.</summary>
/// <param name="Name">Its name, stable: alerts go by it.</param>
/// <param name="IsRequired">Whether the server is not ready while something is wrong with it.</param>
/// <param name="Fault">Says what is wrong with it; "" for nothing.</param>
internal sealed record HealthCheck(string Name, bool IsRequired, Func<string> Fault);
