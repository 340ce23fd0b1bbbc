using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Mesh;

/// <summary>
/// Which namespaces the mesh watches (discoverySelectors): Services, Pods and EndpointSlices of the others do not exist for it, the
/// root namespace's own included.
/// </summary>
public static class DiscoverySelection
{
    /// <summary>Whether the objects of a namespace count.</summary>
    public static Derivation<string, bool> Includes { get; } = new("DiscoverySelection", static (reader, name) =>
    {
        var selectors = reader.Get(MeshSettings.Current, Unit.Value).Config.DiscoverySelectors;
        if (selectors.Count == 0)
            return true;
        var labels = reader.Find(Tables.Namespaces, new ObjectKey("", name))?.Meta.Labels;
        return labels is not null && selectors.Any(s => Matches(s, labels));
    });

    /// <summary>Whether labels meet every requirement of a Kubernetes label selector; an empty one matches everything.</summary>
    internal static bool Matches(LabelSelector selector, LabelMap labels) =>
        selector.MatchLabels.All(l => labels[l.Key] == l.Value) && selector.MatchExpressions.All(e => Meets(e, labels));

    private static bool Meets(LabelSelectorRequirement requirement, LabelMap labels)
    {
        var value = labels[requirement.Key];
        return requirement.Operator switch
        {
            "In" => value is not null && requirement.Values.Contains(value),
            "NotIn" => value is null || !requirement.Values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
