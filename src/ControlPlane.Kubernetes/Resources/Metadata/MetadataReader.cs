using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Resources.Metadata;

/// <summary>Reads metadata, cut down to what the mesh looks at.</summary>
internal static class MetadataReader
{
    /// <summary>Namespace of an object that states none, as kubectl takes it.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>Annotations that nothing reads and that may be as large as the object itself.</summary>
    private static readonly HashSet<string> Unread = new(StringComparer.Ordinal)
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "objectset.rio.cattle.io/applied",
        "kapp.k14s.io/original",
        "banzaicloud.com/last-applied",
    };

    /// <summary>More entries are not likely to occur a second time.</summary>
    private const int MostShared = 32;

    private static readonly ValuePool<LabelMap> Maps = new();

    /// <summary>The metadata of one object; null where it has no usable name.</summary>
    public static ObjectMeta? Read(Fields metadata, bool namespaced, NameRule rule, ResourceOptions options)
    {
        var name = metadata.Text("name");
        var ns = namespaced ? metadata.Text("namespace") : "";
        if (namespaced && ns.Length == 0)
            ns = DefaultNamespace;
        if (NameRules.Fault(name, rule) is { } nameFault)
        {
            metadata.InvalidMetadata("name", nameFault);
            return null;
        }

        if (namespaced && NameRules.Fault(ns, NameRule.Label) is { } namespaceFault)
        {
            metadata.InvalidMetadata("namespace", namespaceFault);
            return null;
        }

        return new ObjectMeta
        {
            Name = name,
            Namespace = StringPool.Share(ns),
            Labels = Share(metadata.Map("labels")),
            Annotations = Share(Annotations(metadata)),
            CreationTime = Time(metadata, "creationTimestamp") ?? options.DefaultCreationTime,
        };
    }

    private static LabelMap Share(LabelMap map) => map.Count is 0 or > MostShared ? map : Maps.Share(map);

    private static LabelMap Annotations(Fields metadata)
    {
        var all = metadata.Map("annotations");
        return all.Any(a => Unread.Contains(a.Key)) ? LabelMap.From(all.Where(a => !Unread.Contains(a.Key))) : all;
    }

    private static DateTime? Time(Fields metadata, string name)
    {
        if (metadata.TextOrNull(name) is not { Length: > 0 } text)
            return null;
        // RFC 3339: the API server writes whole seconds in UTC; files may hold other offsets.
        if (text.Length >= 20 && text[10] is 'T' or 't' && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time.UtcDateTime;
        metadata.InvalidMetadata(name, $"must be a time such as 2026-01-31T12:00:00Z, is \"{text}\"");
        return null;
    }
}
