using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Patching;

/// <summary>A JSON patch (RFC 6902) that turns one value into another and touches only what differs.</summary>
internal static class JsonPatch
{
    // Lists of pods are short; beyond this a list is replaced as a whole.
    private const long MaxComparisons = 250_000;

    /// <summary>The operations; none where the values are equal.</summary>
    public static JsonArray Between(JsonObject from, JsonObject to)
    {
        var operations = new JsonArray();
        Objects(from, to, "", operations);
        return operations;
    }

    private static void Value(JsonNode? from, JsonNode? to, string path, JsonArray operations)
    {
        switch (from, to)
        {
            case (JsonObject a, JsonObject b):
                Objects(a, b, path, operations);
                break;
            case (JsonArray a, JsonArray b):
                Lists(a, b, path, operations);
                break;
            default:
                if (!JsonTree.Same(from, to))
                    operations.Add(Operation("replace", path, to));
                break;
        }
    }

    private static void Objects(JsonObject from, JsonObject to, string path, JsonArray operations)
    {
        foreach (var (name, value) in from)
        {
            var at = $"{path}/{Escape(name)}";
            if (to.TryGetPropertyValue(name, out var wanted))
                Value(value, wanted, at, operations);
            else
                operations.Add((JsonNode)new JsonObject { ["op"] = "remove", ["path"] = at });
        }

        foreach (var (name, value) in to)
        {
            if (!from.ContainsKey(name))
                operations.Add(Operation("add", $"{path}/{Escape(name)}", value));
        }
    }

    /// <summary>Keeps a longest common subsequence of elements (the same name, or equal), removes the others from the back, then adds from the front.</summary>
    private static void Lists(JsonArray from, JsonArray to, string path, JsonArray operations)
    {
        if (Common(from, to) is not { } kept)
        {
            operations.Add(Operation("replace", path, to));
            return;
        }

        var keptFrom = kept.Select(pair => pair.From).ToHashSet();
        var keptTo = kept.Select(pair => pair.To).ToHashSet();
        for (var i = from.Count - 1; i >= 0; i--)
        {
            if (!keptFrom.Contains(i))
                operations.Add((JsonNode)new JsonObject { ["op"] = "remove", ["path"] = At(path, i) });
        }

        for (var i = 0; i < to.Count; i++)
        {
            if (!keptTo.Contains(i))
                operations.Add(Operation("add", At(path, i), to[i]));
        }

        foreach (var (i, j) in kept)
            Value(from[i], to[j], At(path, j), operations);
    }

    /// <summary>Pairs of indexes that stay, ascending; null where finding them would cost too much.</summary>
    private static List<(int From, int To)>? Common(JsonArray from, JsonArray to)
    {
        var head = 0;
        while (head < from.Count && head < to.Count && Alike(from[head], to[head]))
            head++;
        var tail = 0;
        while (tail < from.Count - head && tail < to.Count - head && Alike(from[from.Count - 1 - tail], to[to.Count - 1 - tail]))
            tail++;
        int rows = from.Count - head - tail, columns = to.Count - head - tail;
        if ((long)rows * columns > MaxComparisons)
            return null;
        var pairs = new List<(int, int)>(from.Count);
        for (var i = 0; i < head; i++)
            pairs.Add((i, i));
        AddCommon(from, to, head, rows, columns, pairs);
        for (var i = tail; i > 0; i--)
            pairs.Add((from.Count - i, to.Count - i));
        return pairs;
    }

    private static void AddCommon(JsonArray from, JsonArray to, int start, int rows, int columns, List<(int, int)> pairs)
    {
        var lengths = new int[rows + 1, columns + 1];
        for (var i = rows - 1; i >= 0; i--)
        {
            for (var j = columns - 1; j >= 0; j--)
                lengths[i, j] = Alike(from[start + i], to[start + j]) ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }

        for (int i = 0, j = 0; i < rows && j < columns;)
        {
            if (Alike(from[start + i], to[start + j]))
                pairs.Add((start + i++, start + j++));
            else if (lengths[i + 1, j] >= lengths[i, j + 1])
                i++;
            else
                j++;
        }
    }

    private static bool Alike(JsonNode? a, JsonNode? b) =>
        a is JsonObject one && b is JsonObject other && (one.Text("name") is not null || other.Text("name") is not null)
            ? one.Text("name") == other.Text("name")
            : JsonTree.Same(a, b);

    private static JsonNode Operation(string kind, string path, JsonNode? value) =>
        new JsonObject { ["op"] = kind, ["path"] = path, ["value"] = value?.DeepClone() };

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
