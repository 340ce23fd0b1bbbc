namespace ControlPlane.Kubernetes.Writers;

/// <summary>Delays of work that failed.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Longest delay after the first failure; each further one doubles it.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest delay at all.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);
}
