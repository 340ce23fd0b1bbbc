using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>How the root certificates are written into namespaces.</summary>
public sealed record RootCertificateOptions
{
    /// <summary>Name of the lock; istiod's, so that the two never write at once.</summary>
    public const string LockName = "istio-namespace-controller-election";

    /// <summary>Name of the lock under which revocation lists are written.</summary>
    public const string RevocationLockName = "controlplane-revocation-lists";

    /// <summary>Istio's ConfigMap of revocation lists and its key.</summary>
    public const string RevocationConfigMapName = "istio-ca-crl", RevocationDataKey = "ca-crl.pem";

    /// <summary>Name of the ConfigMap.</summary>
    public string ConfigMapName { get; init; } = RootCertificateWriter.ConfigMapName;

    /// <summary>Its key.</summary>
    public string DataKey { get; init; } = RootCertificateWriter.DataKey;

    /// <summary>Delays of writes that failed.</summary>
    public WorkQueueOptions Queue { get; init; } = new();

    /// <summary>Delays of the mirror of what is written.</summary>
    public ReflectorOptions Reflectors { get; init; } = new();
}
