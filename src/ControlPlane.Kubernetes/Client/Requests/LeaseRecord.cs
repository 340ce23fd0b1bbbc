namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>Who holds a lease. Times are texts: only whether they changed is looked at, for clocks differ.</summary>
internal sealed record LeaseRecord
{
    /// <summary>The holder; null or "" for nobody.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long the holder is left alone after it was last seen to renew, seconds.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder became it.</summary>
    public string? AcquireTime { get; init; }

    /// <summary>When the holder last renewed.</summary>
    public string? RenewTime { get; init; }

    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; init; }
}
