using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>How the root certificates are written into namespaces.</summary>
public sealed record RootCertificateOptions
{
    /// <summary>Name of the lock; istiod's, so that the two never write at once.</summary>
    public const string LockName = "istio-namespace-controller-election";

    /// <summary>Delays of writes that failed.</summary>
    public WorkQueueOptions Queue { get; init; } = new();

    /// <summary>Delays of the mirror of what is written.</summary>
    public ReflectorOptions Reflectors { get; init; } = new();
}
