namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>How single requests are retried, and when a server in trouble is left alone.</summary>
public sealed record ResilienceOptions
{
    /// <summary>How often a request is made again.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>Delay before the first retry; the others grow from it, all with jitter. A Retry-After of the server wins.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest delay.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Part of the requests that must fail for the circuit to open.</summary>
    public double FailureRatio { get; init; } = 0.8;

    /// <summary>Requests that there must have been for that.</summary>
    public int MinimumThroughput { get; init; } = 10;

    /// <summary>The time within which they are counted.</summary>
    public TimeSpan SamplingDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an open circuit answers in the server's stead.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(5);
}
