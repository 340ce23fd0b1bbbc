using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>How webhook configurations are written.</summary>
public sealed record WebhookConfigurationOptions
{
    /// <summary>Name of the lock of the control plane without a revision.</summary>
    public const string LockName = "istio-injection-webhook-election";

    /// <summary>Name of the lock of a revision; other revisions write other objects.</summary>
    /// <param name="revision">The revision; "" and default are the one without a name.</param>
    public static string LockNameOf(string revision) => revision is "" or "default" ? LockName : $"{LockName}-{revision}";

    /// <summary>After which time at most an object is compared again although nothing was heard of it.</summary>
    public TimeSpan Recheck { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Least time between two comparisons of an object: another writer that disagrees must not make this one race.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Delays after failures.</summary>
    public ReflectorOptions Delays { get; init; } = new();

    /// <summary>Called with kind and name of an object that was written.</summary>
    public Action<WebhookKind, string>? Written { get; init; }

    /// <summary>Called with kind and name of an object that can't be read or written, and why; once as long as the reason stays.</summary>
    public Action<WebhookKind, string, ApiStatus>? Failed { get; init; }

    /// <summary>What else is done as long as this replica holds the lock; ends when cancelled, or before.</summary>
    public Func<CancellationToken, Task>? WhileLeading { get; init; }
}
