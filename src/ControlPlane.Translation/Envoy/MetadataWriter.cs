using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>Writes the untyped metadata of resources. Entries must be added sorted by key: the encoding keeps the order of insertion.</summary>
internal static class MetadataWriter
{
    /// <summary>Namespace of Istio's own metadata.</summary>
    public const string Istio = "istio";

    /// <summary>Metadata with a single namespace.</summary>
    public static Metadata Of(string @namespace, Struct content) => new() { FilterMetadata = { { @namespace, content } } };

    /// <summary>A struct from entries, which are sorted by key.</summary>
    public static Struct Struct(params (string Key, Value Value)[] entries)
    {
        var result = new Struct();
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        foreach (var (key, value) in entries)
            result.Fields.Add(key, value);
        return result;
    }
}
