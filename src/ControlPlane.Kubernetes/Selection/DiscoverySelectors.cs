using System.Text.Json;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Selection;

/// <summary>Reads discoverySelectors of the mesh configuration: each a list of conditions.</summary>
internal static class DiscoverySelectors
{
    /// <summary>The selectors of a mesh configuration; null where they are malformed, so that those in force stay.</summary>
    /// <param name="meshConfig">The MeshConfig as JSON, with protobuf's names in either form.</param>
    public static EquatableArray<EquatableArray<LabelRequirement>>? Read(string meshConfig)
    {
        try
        {
            using var json = JsonDocument.Parse(meshConfig);
            return Items(Field(json.RootElement, "discoverySelectors", "discovery_selectors")).Select(Selector).ToEquatableArray();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What is wrong is told by the reader of the mesh configuration.
            return null;
        }
    }

    private static EquatableArray<LabelRequirement> Selector(JsonElement selector)
    {
        var labels = Field(selector, "matchLabels", "match_labels");
        IEnumerable<LabelRequirement> equal = labels is { ValueKind: not JsonValueKind.Null } given
            ? given.EnumerateObject().Select(label => new LabelRequirement(label.Name, "In", [label.Value.GetString()!])).ToList()
            : [];
        return equal.Concat(Items(Field(selector, "matchExpressions", "match_expressions")).Select(Requirement)).ToEquatableArray();
    }

    private static LabelRequirement Requirement(JsonElement expression) => new(
        Field(expression, "key", "key")?.GetString() ?? "",
        Field(expression, "operator", "operator")?.GetString() ?? "",
        Items(Field(expression, "values", "values")).Select(value => value.GetString()!).ToEquatableArray());

    private static JsonElement? Field(JsonElement value, string name, string protoName) =>
        value.TryGetProperty(name, out var field) || value.TryGetProperty(protoName, out field) ? field : null;

    private static IEnumerable<JsonElement> Items(JsonElement? list) =>
        list is { ValueKind: not JsonValueKind.Null } items ? items.EnumerateArray() : Enumerable.Empty<JsonElement>();
}
