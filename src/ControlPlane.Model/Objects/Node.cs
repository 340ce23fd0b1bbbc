using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Node: its labels give localities, its external addresses serve NodePort network gateways.</summary>
public sealed record Node : MeshObject
{
    /// <summary>status.addresses of type ExternalIP, in order.</summary>
    public EquatableArray<string> ExternalIps { get; init; }

    /// <summary>status.nodeInfo.kubeletVersion, such as v1.34.2; "" if unknown. It says whether pods there may have native sidecars.</summary>
    public string KubeletVersion { get; init; } = "";
}
