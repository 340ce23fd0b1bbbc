using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Secret. Its values are key material: they never appear in <see cref="object.ToString"/>.</summary>
public sealed record Secret : MeshObject
{
    /// <summary>type, e.g. kubernetes.io/tls.</summary>
    public string Type { get; init; } = "Opaque";

    /// <summary>Decoded data as Base64 text by key, so that equality is by value.</summary>
    public LabelMap Base64Data { get; init; } = LabelMap.Empty;

    /// <inheritdoc/>
    public override string ToString() => $"Secret {Key} ({Base64Data.Count} keys)";
}
