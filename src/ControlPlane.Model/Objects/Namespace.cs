namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Namespace: only its metadata matters.</summary>
public sealed record Namespace : MeshObject;
