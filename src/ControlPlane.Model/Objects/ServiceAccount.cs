namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes ServiceAccount: only its metadata matters.</summary>
public sealed record ServiceAccount : MeshObject
{
    /// <summary>metadata.uid, which tells it from others that had its name; "" where absent.</summary>
    public string Uid { get; init; } = "";
}
