using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>What the adapters must know of the installation.</summary>
public sealed record ResourceOptions
{
    private const string RevisionLabel = "istio.io/rev";

    /// <summary>Namespace of the control plane and of mesh-wide configuration: there the mesh configuration's ConfigMap is looked for.</summary>
    public string RootNamespace { get; init; } = "istio-system";

    /// <summary>
    /// Revision of this control plane; "" and "default" mean the unnamed one. With a revision, configuration whose label istio.io/rev names
    /// another one is not read; istiod's rule (pkg/config LabelsInRevision).
    /// </summary>
    public string Revision { get; init; } = "";

    /// <summary>Creation time of objects that state none (files mostly): the model orders objects by age.</summary>
    public DateTime DefaultCreationTime { get; init; } = DateTime.MinValue;

    /// <summary>Bounds of YAML documents inside objects (the mesh configuration).</summary>
    public YamlLimits Limits { get; init; } = YamlLimits.Default;

    /// <summary>Whether configuration with these labels is meant for this control plane.</summary>
    internal bool IsInRevision(LabelMap labels) => Revision.Length == 0 || labels[RevisionLabel] is not { } named || named == Revision;

    /// <summary>Name of the ConfigMap that holds the mesh configuration: istio, or istio-REVISION.</summary>
    public string MeshConfigMapName => Revision is "" or "default" ? "istio" : $"istio-{Revision}";

    /// <summary>Whether a ConfigMap is that of the mesh configuration.</summary>
    internal bool IsMeshConfigMap(string @namespace, string name) => @namespace == RootNamespace && name == MeshConfigMapName;
}
