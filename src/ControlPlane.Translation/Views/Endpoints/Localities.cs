using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>Where pods run, as <c>region/zone/subzone</c>.</summary>
public static class Localities
{
    /// <summary>Locality that a node's labels give, "" where they say nothing or the node is not known.</summary>
    public static Derivation<string, string> OfNode { get; } = new("NodeLocality", static (reader, name) =>
    {
        if (reader.Find(Tables.Nodes, new ObjectKey("", name)) is not { } node)
            return "";
        var labels = node.Meta.Labels;
        var region = labels["topology.kubernetes.io/region"] ?? labels["failure-domain.beta.kubernetes.io/region"] ?? "";
        var zone = labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"] ?? "";
        var subzone = labels["topology.istio.io/subzone"] ?? "";
        return region.Length + zone.Length + subzone.Length == 0 ? "" : $"{region}/{zone}/{subzone}";
    });

    /// <summary>Locality of a Pod: its own label, else that of its node.</summary>
    public static string OfPod(IReader reader, Pod pod)
    {
        if (OfLabels(pod.Meta.Labels) is { Length: > 0 } own)
            return own;
        return pod.NodeName.Length == 0 ? "" : reader.Get(OfNode, pod.NodeName);
    }

    /// <summary>Locality that labels of a workload give, "" where they say nothing. Dots stand for slashes, which labels can't hold.</summary>
    public static string OfLabels(LabelMap labels)
    {
        var label = labels["topology.istio.io/locality"] ?? labels["istio-locality"] ?? "";
        return label.Contains('/', StringComparison.Ordinal) ? label : label.Replace('.', '/');
    }
}
