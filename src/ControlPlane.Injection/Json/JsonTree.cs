using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Json;

/// <summary>Access to nodes by expected kind: what is absent or of another kind is null, never an exception.</summary>
internal static class JsonTree
{
    public static JsonObject? Object(this JsonObject? parent, string name) => parent?[name] as JsonObject;

    public static JsonArray? List(this JsonObject? parent, string name) => parent?[name] as JsonArray;

    /// <summary>The text of a string member.</summary>
    public static string? Text(this JsonObject? parent, string name) => TextOf(parent?[name]);

    public static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Whole(this JsonObject? parent, string name) => WholeOf(parent?[name]);

    /// <summary>A whole number; numbers of nodes are kept as the type they were made from.</summary>
    public static long? WholeOf(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<long>(out var whole) => whole,
        JsonValue value when value.TryGetValue<int>(out var small) => small,
        _ => null,
    };

    public static bool? Switch(this JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue<bool>(out var on) ? on : null;

    public static bool IsTrue(this JsonObject? parent, string name) => parent.Switch(name) == true;

    /// <summary>The object members of a list; others are passed over.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonArray? list) => list is null ? [] : list.OfType<JsonObject>();

    /// <summary>The object of that name, made where it is absent or null.</summary>
    public static JsonObject ObjectOrNew(this JsonObject parent, string name)
    {
        if (parent[name] is JsonObject there)
            return there;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    /// <summary>The list of that name, made where it is absent or null.</summary>
    public static JsonArray ListOrNew(this JsonObject parent, string name)
    {
        if (parent[name] is JsonArray there)
            return there;
        var made = new JsonArray();
        parent[name] = made;
        return made;
    }

    /// <summary>A string map of an object: members that are no strings are passed over.</summary>
    public static IReadOnlyDictionary<string, string> TextMap(this JsonObject? parent, string name)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in parent.Object(name) ?? [])
        {
            if (TextOf(value) is { } text)
                result[key] = text;
        }

        return result;
    }

    /// <summary>A scalar as text: what Helm and Istio's templates print for it. "" for null and collections.</summary>
    public static string Printed(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonValue value when value.TryGetValue<bool>(out var on) => on ? "true" : "false",
        JsonValue value => WholeOf(value)?.ToString(CultureInfo.InvariantCulture) ?? value.ToJsonString(),
        _ => "",
    };

    /// <summary>Whether two values are equal; the order of members does not matter.</summary>
    public static bool Same(JsonNode? one, JsonNode? other)
    {
        switch (one, other)
        {
            case (null, null):
                return true;
            case (JsonObject a, JsonObject b):
                if (a.Count != b.Count)
                    return false;
                foreach (var (name, value) in a)
                {
                    if (!b.TryGetPropertyValue(name, out var counterpart) || !Same(value, counterpart))
                        return false;
                }

                return true;
            case (JsonArray a, JsonArray b):
                if (a.Count != b.Count)
                    return false;
                for (var i = 0; i < a.Count; i++)
                {
                    if (!Same(a[i], b[i]))
                        return false;
                }

                return true;
            case (JsonValue a, JsonValue b):
                return SameScalar(a, b);
            default:
                return false;
        }
    }

    /// <summary>A copy without null members, however deep.</summary>
    public static JsonNode? WithoutNulls(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject source:
                var members = new JsonObject();
                foreach (var (name, value) in source)
                {
                    if (value is not null)
                        members[name] = WithoutNulls(value);
                }

                return members;
            case JsonArray source:
                var items = new JsonArray();
                foreach (var item in source)
                {
                    if (item is not null)
                        items.Add(WithoutNulls(item));
                }

                return items;
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>A list of texts.</summary>
    public static JsonArray Texts(params IEnumerable<string> texts)
    {
        var list = new JsonArray();
        foreach (var text in texts)
            list.Add((JsonNode)text);
        return list;
    }

    /// <summary>Makes a list of nodes that may belong to another list until now.</summary>
    public static JsonArray ListOf(IEnumerable<JsonNode?> nodes)
    {
        var list = new JsonArray();
        foreach (var node in nodes)
            list.Add(node?.Parent is null ? node : node.DeepClone());
        return list;
    }

    private static bool SameScalar(JsonValue a, JsonValue b)
    {
        var kind = a.GetValueKind();
        if (kind != b.GetValueKind())
            return false;
        return kind switch
        {
            JsonValueKind.String => a.GetValue<string>() == b.GetValue<string>(),
            JsonValueKind.Number => a.ToJsonString() == b.ToJsonString(),
            _ => true,
        };
    }
}
