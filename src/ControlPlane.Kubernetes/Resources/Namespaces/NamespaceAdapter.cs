using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.Namespaces;

/// <summary>Namespaces. The API server labels each with its own name, and selectors rely on it, so a file need not.</summary>
internal sealed class NamespaceAdapter() : ResourceAdapter<Namespace>(
    new ResourceKind("", ["v1"], "Namespace", "namespaces", Namespaced: false, Tables.Namespaces), Tables.Namespaces, NameRule.Label)
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    protected override Namespace Read(Fields root, ObjectMeta meta, string apiVersion) => new()
    {
        Meta = meta with { Labels = LabelMap.From(meta.Labels.Append(KeyValuePair.Create(NameLabel, meta.Name))) },
    };
}
