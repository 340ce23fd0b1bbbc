namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>A Lease of coordination.k8s.io/v1.</summary>
internal sealed record LeaseObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "coordination.k8s.io/v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "Lease";

    /// <summary>Its metadata.</summary>
    public ObjectHeader Metadata { get; init; } = new();

    /// <summary>Its spec.</summary>
    public LeaseRecord Spec { get; init; } = new();
}
