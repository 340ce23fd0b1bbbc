using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>
/// Proves that nothing of a kind is dropped in silence: every field of every message that the kind is made of is taken out of, or
/// changed in, samples that hold it, and some outcome must differ: a resource of a proxy, or what the user is told.
/// </summary>
internal sealed class FieldLedger(MessageDescriptor root, Func<string, string?> outcome)
{
    /// <summary>Fields that no sample holds, or whose absence and change make no difference anywhere.</summary>
    /// <param name="samples">Specifications that are accepted.</param>
    public IReadOnlyList<string> Silent(IEnumerable<string> samples)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sample in samples)
        {
            var before = outcome(sample);
            Assert.True(before is not null, $"a sample is refused: {sample}");
            var node = JsonNode.Parse(sample)!;
            foreach (var (field, path) in Positions(root, node.AsObject(), []))
            {
                if (!read.Contains(field) && Variants(node, path).Any(v => outcome(v) is { } after && after != before))
                    read.Add(field);
            }
        }

        return [.. Fields(root, []).Except(read, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Places of values that samples hold and whose absence and change make no difference there, though it may elsewhere.</summary>
    /// <param name="samples">Specifications that are accepted.</param>
    public IReadOnlyList<string> SilentPlaces(IEnumerable<string> samples)
    {
        var (held, read) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var sample in samples)
        {
            var before = outcome(sample);
            var node = JsonNode.Parse(sample)!;
            foreach (var (_, path) in Positions(root, node.AsObject(), []))
            {
                var place = string.Join('.', path.OfType<string>());
                held.Add(place);
                if (!read.Contains(place) && Variants(node, path).Any(v => outcome(v) is { } after && after != before))
                    read.Add(place);
            }
        }

        // A message can't be taken out where it is demanded; what it holds speaks for it.
        return [.. held.Except(read, StringComparer.Ordinal).Where(p => !held.Any(h => h.StartsWith(p + ".", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
    }

    /// <summary>All fields with a value of their own, of a message and of what it holds, as Message.field.</summary>
    private static IEnumerable<string> Fields(MessageDescriptor message, HashSet<string> seen)
    {
        if (!seen.Add(message.FullName))
            yield break;
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            var nested = Nested(field);
            if (nested is null || field.IsMap)
                yield return Name(field);
            if (nested is null)
                continue;
            foreach (var inner in Fields(nested, seen))
                yield return inner;
        }
    }

    private static IEnumerable<(string Field, object[] Path)> Positions(MessageDescriptor message, JsonObject json, object[] path)
    {
        foreach (var (key, value) in json)
        {
            var field = message.Fields.InFieldNumberOrder().Single(f => f.JsonName == key);
            object[] here = [.. path, key];
            yield return (Name(field), here);
            var nested = field.IsMap ? MapValue(field) : Nested(field);
            if (nested is null)
                continue;
            var items = field switch
            {
                { IsMap: true } => value!.AsObject().Select(i => ((object)i.Key, i.Value)),
                { IsRepeated: true } => value!.AsArray().Select((v, i) => ((object)i, v)),
                _ => [],
            };
            var inner = field.IsMap || field.IsRepeated
                ? items.SelectMany(i => Positions(nested, i.Item2!.AsObject(), [.. here, i.Item1]))
                : Positions(nested, value!.AsObject(), here);
            foreach (var position in inner)
                yield return position;
        }
    }

    /// <summary>The specification without a value, and with others in its place.</summary>
    private static IEnumerable<string> Variants(JsonNode root, object[] path)
    {
        yield return Changed(root, path, static _ => null, remove: true);
        foreach (var change in Changes(At(root, path)!))
            yield return Changed(root, path, change, remove: false);
    }

    private static IEnumerable<Func<JsonNode, JsonNode?>> Changes(JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                yield return v => v.GetValue<string>() + "x";
                yield return v => "1" + v.GetValue<string>();
                if (value.GetValue<string>() is "HTTP" or "HTTPS")
                    yield return v => v.GetValue<string>() == "HTTP" ? "HTTP2" : "TLS";
                break;
            case JsonValueKind.Number:
                yield return v => v.GetValue<double>() + 1;
                yield return v => v.GetValue<double>() + 2;
                break;
            case JsonValueKind.Array when value.AsArray().Count > 1:
                yield return v => new JsonArray([.. v.AsArray().SkipLast(1).Select(i => i!.DeepClone())]);
                break;
            case JsonValueKind.Object when value.AsObject().Count > 1:
                yield return v => new JsonObject(v.AsObject().Zip(v.AsObject().Reverse(), (a, b) => KeyValuePair.Create(a.Key, b.Value?.DeepClone())));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                yield return v => !v.GetValue<bool>();
                break;
        }
    }

    private static string Changed(JsonNode root, object[] path, Func<JsonNode, JsonNode?> change, bool remove)
    {
        var copy = root.DeepClone();
        var (parent, last) = (At(copy, path[..^1])!, path[^1]);
        if (last is int index)
            parent[index] = change(parent[index]!);
        else if (remove)
            parent.AsObject().Remove((string)last);
        else
            parent[(string)last] = change(parent[(string)last]!);
        return copy.ToJsonString();
    }

    private static JsonNode? At(JsonNode root, object[] path) =>
        path.Aggregate((JsonNode?)root, static (node, step) => step is int index ? node![index] : node![(string)step]);

    private static MessageDescriptor? Nested(FieldDescriptor field) => field.IsMap
        ? MapValue(field)
        : field.FieldType == FieldType.Message && !field.MessageType.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal) ? field.MessageType : null;

    private static MessageDescriptor? MapValue(FieldDescriptor map)
    {
        var value = map.MessageType.FindFieldByNumber(2);
        return value.FieldType == FieldType.Message ? value.MessageType : null;
    }

    private static string Name(FieldDescriptor field) => $"{field.ContainingType.Name}.{field.JsonName}";
}
