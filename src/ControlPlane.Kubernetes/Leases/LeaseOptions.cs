namespace ControlPlane.Kubernetes.Leases;

/// <summary>A lock that one replica holds at a time, and its delays. The defaults are istiod's.</summary>
public sealed record LeaseOptions
{
    /// <summary>How much longer than a retry the deadline must be: retries are spread by up to a fifth.</summary>
    internal const double RetrySpread = 1.2;

    /// <summary>Namespace of the Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Lease: one per duty.</summary>
    public required string Name { get; init; }

    /// <summary>Who we are: unique among the replicas, e.g. the name of the pod.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others leave a holder alone after they last saw it renew.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After this time without a renewal the holder gives up; less than <see cref="LeaseDuration"/>, so that it has stopped when others begin.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between attempts to acquire or renew.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(7.5);

    /// <summary>Refuses delays with which two replicas would hold the lock.</summary>
    /// <exception cref="ArgumentException">Not lease &gt; renew &gt; 1.2 × retry &gt; 0, or the names are empty.</exception>
    public void Validate()
    {
        if (LeaseDuration <= RenewDeadline)
            throw new ArgumentException($"lease {Name}: the lease duration {LeaseDuration} must be longer than the renew deadline {RenewDeadline}");
        if (RenewDeadline <= RetrySpread * RetryPeriod)
            throw new ArgumentException($"lease {Name}: the renew deadline {RenewDeadline} must be longer than {RetrySpread} times the retry period {RetryPeriod}");
        if (RetryPeriod <= TimeSpan.Zero)
            throw new ArgumentException($"lease {Name}: the retry period {RetryPeriod} must be above zero");
        if (Namespace.Length == 0 || Name.Length == 0 || Identity.Length == 0)
            throw new ArgumentException($"lease {Name}: namespace, name and identity must be given");
    }
}
