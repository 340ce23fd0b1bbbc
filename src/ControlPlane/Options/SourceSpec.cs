namespace ControlPlane.Options;

/// <summary>Where objects come from.</summary>
/// <param name="Directory">A directory of Kubernetes YAML or JSON (or one file); null for the sample inside the executable or a cluster.</param>
/// <param name="IsCluster">Whether they come from a Kubernetes API server.</param>
public sealed record SourceSpec(string? Directory, bool IsCluster = false)
{
    /// <summary>How a user writes <see cref="Embedded"/>.</summary>
    public const string EmbeddedText = "embedded";

    /// <summary>How a user writes <see cref="Kubernetes"/>.</summary>
    public const string KubernetesText = "kubernetes";

    /// <summary>The Bookinfo sample inside the executable.</summary>
    public static SourceSpec Embedded { get; } = new((string?)null);

    /// <summary>A Kubernetes API server.</summary>
    public static SourceSpec Kubernetes { get; } = new(null, IsCluster: true);
}
