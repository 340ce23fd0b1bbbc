using System.Collections.Immutable;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Selection;

/// <summary>
/// Which namespaces the mesh watches: all, or with discoverySelectors those whose labels meet one of them. Nothing that lives in the others exists for
/// the mesh, configuration included; the namespace of the control plane is no exception (istiod's rule, pkg/kube/namespace). Immutable.
/// </summary>
internal sealed class NamespaceScope
{
    private readonly EquatableArray<EquatableArray<LabelRequirement>> _selectors;
    private readonly ImmutableDictionary<string, LabelMap> _labels;

    private NamespaceScope(EquatableArray<EquatableArray<LabelRequirement>> selectors, ImmutableDictionary<string, LabelMap> labels) =>
        (_selectors, _labels) = (selectors, labels);

    /// <summary>Every namespace; none is known yet.</summary>
    public static NamespaceScope Everything { get; } = new([], ImmutableDictionary.Create<string, LabelMap>(StringComparer.Ordinal));

    /// <summary>Whether some namespaces may be left out.</summary>
    public bool Selects => !_selectors.IsEmpty;

    /// <summary>Whether objects of a namespace count; those without a namespace ("") always do.</summary>
    public bool Includes(string @namespace)
    {
        if (_selectors.IsEmpty || @namespace.Length == 0)
            return true;
        return _labels.TryGetValue(@namespace, out var labels) && _selectors.Any(selector => selector.All(requirement => requirement.IsMetBy(labels)));
    }

    /// <summary>The scope after changes; the same one where they don't touch it.</summary>
    public NamespaceScope With(IEnumerable<ModelChange> changes)
    {
        var (selectors, labels) = (_selectors, _labels);
        foreach (var change in changes)
        {
            switch (change)
            {
                case ModelChange.Upsert { Value: Namespace value }:
                    labels = labels.SetItem(value.Key.Name, value.Meta.Labels);
                    break;
                case ModelChange.Delete delete when delete.Table == Tables.Namespaces:
                    labels = labels.Remove(delete.Key.Name);
                    break;
                case ModelChange.Upsert { Value: ConfigObject mesh } upsert when upsert.Table == Tables.MeshConfig:
                    selectors = DiscoverySelectors.Read(mesh.SpecJson) ?? selectors;
                    break;
                case ModelChange.Delete delete when delete.Table == Tables.MeshConfig:
                    selectors = [];
                    break;
            }
        }

        return selectors == _selectors && ReferenceEquals(labels, _labels) ? this : new NamespaceScope(selectors, labels);
    }

    /// <summary>Whether the other scope answers otherwise for no namespace: without selectors labels don't matter.</summary>
    public bool IsSameAs(NamespaceScope other) =>
        ReferenceEquals(this, other) || (!Selects && !other.Selects) || (_selectors == other._selectors && ReferenceEquals(_labels, other._labels));
}
