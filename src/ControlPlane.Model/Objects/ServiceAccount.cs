namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes ServiceAccount: only its metadata matters.</summary>
public sealed record ServiceAccount : MeshObject;
