using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Decision;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>Reads chart values by path, and says which one is of the wrong kind.</summary>
internal sealed class ValueReader(JsonObject root)
{
    /// <summary>The value at a path, or null.</summary>
    public JsonNode? Node(string path)
    {
        JsonNode? at = root;
        foreach (var part in path.Split('.'))
        {
            if (at is null)
                return null;
            at = at is JsonObject map ? map[part] : throw Wrong(path, "a map is expected on the way to it");
        }

        return at;
    }

    /// <summary>A scalar as text; "" where there is none.</summary>
    public string Text(string path) => Node(path) switch
    {
        null => "",
        JsonValue value => JsonTree.Printed(value),
        _ => throw Wrong(path, "a text or a number is expected"),
    };

    /// <summary>A switch; false where there is none. Charts take the texts "true" and "false" too.</summary>
    public bool Flag(string path) => Node(path) switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        JsonValue value when JsonTree.TextOf(value) is "true" or "false" or "" => JsonTree.TextOf(value) == "true",
        _ => throw Wrong(path, "true or false is expected"),
    };

    /// <summary>A whole number that is not negative.</summary>
    public long Number(string path)
    {
        var text = Text(path);
        if (text.Length == 0)
            return 0;
        return long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue
            ? number
            : throw Wrong(path, $"a whole number is expected, not {text}");
    }

    /// <summary>A map; null where there is none or it is empty.</summary>
    public JsonObject? Map(string path) => Node(path) switch
    {
        null => null,
        JsonObject map => map.Count == 0 ? null : map,
        _ => throw Wrong(path, "a map is expected"),
    };

    /// <summary>A map without its nulls; null where nothing is left.</summary>
    public JsonObject? MapWithoutNulls(string path) => JsonTree.WithoutNulls(Map(path)) is JsonObject { Count: > 0 } map ? map : null;

    /// <summary>A map of texts.</summary>
    public IReadOnlyDictionary<string, string> Texts(string path)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Map(path) ?? [])
            result[name] = value is JsonValue or null ? JsonTree.Printed(value) : throw Wrong($"{path}.{name}", "a text is expected");
        return result;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> List(string path) => Items(path).Select(item => item is JsonValue value ? JsonTree.Printed(value) : throw Wrong(path, "a list of texts is expected")).ToList();

    /// <summary>A list of label selectors.</summary>
    public IReadOnlyList<LabelSelector> Selectors(string path) =>
        Items(path).Select((item, i) => item is JsonObject map ? Selector(map, $"{path}[{i}]") : throw Wrong(path, "a list of label selectors is expected")).ToList();

    private JsonArray Items(string path) => Node(path) switch
    {
        null => [],
        JsonArray list => list,
        _ => throw Wrong(path, "a list is expected"),
    };

    private static LabelSelector Selector(JsonObject map, string path)
    {
        var requirements = new List<SelectorRequirement>();
        foreach (var (key, value) in map.Object("matchLabels") ?? [])
            requirements.Add(new(key, SelectorOperator.In, [JsonTree.Printed(value)]));
        foreach (var expression in map.List("matchExpressions").Objects())
        {
            if (expression.Text("key") is not { Length: > 0 } key || !Enum.TryParse<SelectorOperator>(expression.Text("operator"), out var operation))
                throw Wrong(path, "an expression needs a key and one of the operators In, NotIn, Exists, DoesNotExist");
            var values = (expression.List("values") ?? []).Select(JsonTree.Printed).ToList();
            if (operation is SelectorOperator.In or SelectorOperator.NotIn == (values.Count == 0))
                throw Wrong(path, "In and NotIn need values, Exists and DoesNotExist take none");
            requirements.Add(new(key, operation, values));
        }

        return new(requirements);
    }

    private static InvalidConfigurationException Wrong(string path, string reason) => new($"chart value {path}: {reason}");
}
