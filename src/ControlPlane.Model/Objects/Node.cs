using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Node: its labels give localities, its external addresses serve NodePort network gateways.</summary>
public sealed record Node : MeshObject
{
    /// <summary>status.addresses of type ExternalIP, in order.</summary>
    public EquatableArray<string> ExternalIps { get; init; }
}
