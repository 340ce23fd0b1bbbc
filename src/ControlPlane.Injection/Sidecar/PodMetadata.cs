using System.Text.Json.Nodes;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Labels and annotations that templates give pods.</summary>
internal static class PodMetadata
{
    private const int MaxLabel = 63;

    /// <summary>Labels by which telemetry names the workload; what the pod has wins.</summary>
    /// <param name="input">What the template sees.</param>
    /// <param name="cut">Whether a name that is too long for a label is cut.</param>
    public static JsonObject CanonicalLabels(TemplateInput input, bool cut)
    {
        var name = First(input, input.Owner.Name, LabelNames.CanonicalName, LabelNames.RecommendedName, LabelNames.App);
        if (cut)
            name = (name.Length <= MaxLabel ? name : name[..MaxLabel]).Trim('-', '_', '.');
        return new JsonObject
        {
            [LabelNames.CanonicalName] = name,
            [LabelNames.CanonicalRevision] = First(input, "latest", LabelNames.CanonicalRevision, LabelNames.RecommendedVersion, LabelNames.Version),
        };
    }

    /// <summary>The revision, and which container kubectl takes unless told otherwise.</summary>
    public static JsonObject Annotations(TemplateInput input)
    {
        var annotations = new JsonObject { [AnnotationNames.Revision] = input.Revision };
        if (input.AppNames is [var first, ..])
        {
            foreach (var name in (string[])[AnnotationNames.DefaultLogsContainer, AnnotationNames.DefaultContainer])
            {
                if (!input.Has(name))
                    annotations[name] = first;
            }
        }

        return annotations;
    }

    /// <summary>The first label that is there and not empty, else the fallback.</summary>
    public static string First(TemplateInput input, string fallback, params string[] labels) =>
        labels.Select(label => input.Labels.GetValueOrDefault(label)).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? fallback;
}
