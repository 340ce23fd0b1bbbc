using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>By what object a validating webhook is put to the test.</summary>
public sealed record RefusalProbeOptions
{
    /// <summary>Namespace of the object.</summary>
    public required string Namespace { get; init; }

    /// <summary>Labels by which it gets to the webhook.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Annotation for which the webhook refuses any object.</summary>
    public required string Annotation { get; init; }

    /// <summary>Name of the webhook that is to refuse it; another one's refusal proves nothing.</summary>
    public required string Webhook { get; init; }

    /// <summary>Delays between attempts.</summary>
    public ReflectorOptions Delays { get; init; } = new();

    /// <summary>Called with the reason why nothing is proven yet; once as long as it stays the same.</summary>
    public Action<string>? NotYet { get; init; }
}
