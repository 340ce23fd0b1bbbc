using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes ConfigMap.</summary>
public sealed record ConfigMap : MeshObject
{
    /// <summary>data; binaryData is not read.</summary>
    public LabelMap Data { get; init; } = LabelMap.Empty;
}
