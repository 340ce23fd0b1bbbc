namespace ControlPlane.Health;

/// <summary>What was found of a part of the server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsRequired">Whether readiness depends on it.</param>
/// <param name="State">How it is doing.</param>
/// <param name="Reason">What is wrong; "" for nothing.</param>
/// <param name="Since">Since when it is in this state, give or take <see cref="HealthMonitor.Interval"/>.</param>
internal sealed record HealthLine(string Name, bool IsRequired, HealthState State, string Reason, DateTimeOffset Since);
