using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>What the adapters must know of the installation.</summary>
public sealed record ResourceOptions
{
    /// <summary>Namespace of the control plane and of mesh-wide configuration: there the mesh configuration's ConfigMap is looked for.</summary>
    public string RootNamespace { get; init; } = "istio-system";

    /// <summary>Revision of this control plane; "" and "default" mean the unnamed one.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Creation time of objects that state none (files mostly): the model orders objects by age.</summary>
    public DateTime DefaultCreationTime { get; init; } = DateTime.MinValue;

    /// <summary>Bounds of YAML documents inside objects (the mesh configuration).</summary>
    public YamlLimits Limits { get; init; } = YamlLimits.Default;

    /// <summary>Name of the ConfigMap that holds the mesh configuration: istio, or istio-REVISION.</summary>
    public string MeshConfigMapName => Revision is "" or "default" ? "istio" : $"istio-{Revision}";
}
