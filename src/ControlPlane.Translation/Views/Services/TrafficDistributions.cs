using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Which endpoints a service prefers.</summary>
internal static class TrafficDistributions
{
    private const string PreferClose = "PreferClose";
    private const string PreferSameZone = "PreferSameZone";
    private const string PreferSameNode = "PreferSameNode";

    /// <summary>The annotation of a namespace that its services fall back to, "" where absent.</summary>
    private static readonly Derivation<string, string> OfNamespace = new("NamespaceTrafficDistribution", static (reader, name) =>
        reader.Find(Tables.Namespaces, new ObjectKey("", name))?.Meta.Annotations[WellKnownLabels.TrafficDistribution] ?? "");

    /// <summary>
    /// PreferSameZone, PreferSameNode or "" for none: what the field says, else the Service's annotation, else its namespace's. A value that
    /// is not known stands for none, in annotations finally.
    /// </summary>
    /// <param name="reader">Reads the namespace.</param>
    /// <param name="field">The field.</param>
    /// <param name="meta">The Service.</param>
    public static string Of(IReader reader, string field, ObjectMeta meta)
    {
        switch (field)
        {
            case PreferClose or PreferSameZone: return PreferSameZone;
            case PreferSameNode: return PreferSameNode;
        }

        var annotation = meta.Annotations[WellKnownLabels.TrafficDistribution];
        return OfAnnotation(string.IsNullOrEmpty(annotation) ? reader.Get(OfNamespace, meta.Namespace) : annotation);
    }

    /// <summary>What a ServiceEntry says by its own annotation. Its namespace's is for Services.</summary>
    public static string OfEntry(ObjectMeta meta) => OfAnnotation(meta.Annotations[WellKnownLabels.TrafficDistribution] ?? "");

    private static string OfAnnotation(string annotation)
    {
        if (annotation.Equals(PreferClose, StringComparison.OrdinalIgnoreCase) || annotation.Equals(PreferSameZone, StringComparison.OrdinalIgnoreCase))
            return PreferSameZone;
        return annotation.Equals(PreferSameNode, StringComparison.OrdinalIgnoreCase) ? PreferSameNode : "";
    }
}
