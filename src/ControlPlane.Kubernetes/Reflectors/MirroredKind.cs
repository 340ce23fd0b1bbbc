using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>A kind to mirror and which of its objects.</summary>
/// <param name="Adapter">Adapter of the kind.</param>
internal sealed record MirroredKind(IResourceAdapter Adapter)
{
    /// <summary>Adapter of the kind that takes its place where the server does not have it; null for none.</summary>
    public IResourceAdapter? Fallback { get; init; }

    /// <summary>The only namespace; "" for all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Only these objects; "" for all.</summary>
    public string LabelSelector { get; init; } = "";

    /// <summary>Only these objects; "" for all.</summary>
    public string FieldSelector { get; init; } = "";
}
