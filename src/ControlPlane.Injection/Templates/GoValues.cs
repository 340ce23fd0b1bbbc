using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Templates;

/// <summary>
/// The values of templates: null, bool, long, double, string, <see cref="GoMap"/>, lists, and <see cref="Unset"/> for a field of a struct that is not
/// set, which counts as the zero of whatever type is asked for.
/// </summary>
internal static class GoValues
{
    /// <summary>A field of a struct that is not set.</summary>
    public static object Unset { get; } = new();

    // Fields of pods that are maps of texts in Go.
    private static readonly string[] TextMaps = ["labels", "annotations", "nodeSelector", "matchLabels", "proxyMetadata", "runtimeValues"];

    private const string ChartValues = "Values";

    /// <summary>A value of JSON as templates see it.</summary>
    public static object? Of(JsonNode? node, GoMapKind kind) => node switch
    {
        null => null,
        JsonObject map => new GoMap(map, kind),
        JsonArray list => list.Select(item => Of(item, kind)).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => JsonTree.WholeOf(value) is { } whole ? whole : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        },
        _ => null,
    };

    /// <summary>A field of a value.</summary>
    public static object? Field(object? value, string name)
    {
        switch (value)
        {
            case GoMap { Kind: GoMapKind.Struct } map:
                return StructField(map.Content, name);
            case GoMap map:
                return Member(map, name);
            case null:
                throw new TemplateFault($"there is nothing to take .{name} of");
            default:
                // Getters and wrappers of protobuf: a scalar is its own value.
                return name is "GetValue" or "Value" or "String" || ReferenceEquals(value, Unset) ? value : throw new TemplateFault($"a {Name(value)} has no field {name}");
        }
    }

    /// <summary>A member of a map by its key.</summary>
    public static object? Member(GoMap map, string key) => map.Kind switch
    {
        GoMapKind.Struct => StructField(map.Content, key),
        GoMapKind.Texts => JsonTree.Printed(map.Content[key]),
        _ => Of(map.Content[key], map.Kind),
    };

    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool on => on,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        GoMap map => map.Content.Count > 0 || map.Kind == GoMapKind.Struct,
        ICollection list => list.Count > 0,
        _ => false,
    };

    /// <summary>A value as it is written.</summary>
    public static string Print(object? value) => value switch
    {
        null => "<no value>",
        bool on => on ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        string text => text,
        GoMap map => $"map[{string.Join(' ', map.Content.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{Print(Of(entry.Value, map.Kind))}"))}]",
        IEnumerable<object?> list => $"[{string.Join(' ', list.Select(Print))}]",
        _ => "",
    };

    /// <summary>A value as JSON.</summary>
    public static JsonNode? Json(object? value) => value switch
    {
        null => null,
        bool on => on,
        long number => number,
        double number => number,
        string text => text,
        GoMap map => map.Content.DeepClone(),
        IEnumerable<object?> list => JsonTree.ListOf(list.Select(Json)),
        _ => null,
    };

    /// <summary>Whether two values are equal; an unset field equals any zero.</summary>
    public static bool Same(object? one, object? other)
    {
        if (ReferenceEquals(one, Unset) || ReferenceEquals(other, Unset))
            return !IsTrue(ReferenceEquals(one, Unset) ? other : one);
        return one is string or null || other is string or null ? Equals(one, other) : JsonTree.Same(Json(one), Json(other));
    }

    /// <summary>What a value is called in messages.</summary>
    public static string Name(object? value) => value switch { string => "text", long or double => "number", bool => "truth value", GoMap => "map", null => "missing value", _ => "list" };

    private static object? StructField(JsonObject content, string name)
    {
        foreach (var (key, value) in content)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                return value is null ? Unset : Of(value, Array.IndexOf(TextMaps, key) >= 0 ? GoMapKind.Texts : key == ChartValues ? GoMapKind.Any : GoMapKind.Struct);
        }

        if (name.Length > 3 && name.StartsWith("Get", StringComparison.Ordinal))
            return StructField(content, name[3..]);
        return TextMaps.Contains(name, StringComparer.OrdinalIgnoreCase) ? new GoMap([], GoMapKind.Texts) : Unset;
    }
}
