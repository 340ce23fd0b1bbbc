using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>How webhook configurations are written.</summary>
public sealed record WebhookConfigurationOptions
{
    /// <summary>Name of the lock of the control plane without a revision; others append a dash and theirs, for they write other objects.</summary>
    public const string LockName = "istio-injection-webhook-election";

    /// <summary>After which time at most an object is compared again although nothing was heard of it.</summary>
    public TimeSpan Recheck { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two comparisons of an object: another writer that disagrees must not make this one race.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Delays after failures.</summary>
    public ReflectorOptions Delays { get; init; } = new();

    /// <summary>Called with the name of an object that was written.</summary>
    public Action<string>? Written { get; init; }

    /// <summary>Called with the name of an object that can't be read or written, and why; once as long as the reason stays.</summary>
    public Action<string, ApiStatus>? Failed { get; init; }
}
