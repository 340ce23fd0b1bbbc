namespace ControlPlane.Options;

/// <summary>Where objects come from.</summary>
/// <param name="Directory">A directory of Kubernetes YAML or JSON (or one file); null for the sample inside the executable.</param>
public sealed record SourceSpec(string? Directory)
{
    /// <summary>How a user writes <see cref="Embedded"/>.</summary>
    public const string EmbeddedText = "embedded";

    /// <summary>The Bookinfo sample inside the executable.</summary>
    public static SourceSpec Embedded { get; } = new((string?)null);
}
