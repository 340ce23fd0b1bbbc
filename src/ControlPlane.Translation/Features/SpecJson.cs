using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Translation.Envoy;
using Google.Protobuf.Reflection;

namespace ControlPlane.Translation.Features;

/// <summary>
/// Brings JSON as users write it into protobuf's own form. Istio takes durations in Go's spelling (1h30m, 500ms), of which protobuf
/// knows only seconds.
/// </summary>
internal static class SpecJson
{
    /// <summary>Deeper input is left as it is, and refused by the parser.</summary>
    private const int MaxDepth = 64;

    /// <summary>The text with every duration in seconds; the very same text where nothing is to be done or it is no JSON object.</summary>
    public static string Normalise(string json, MessageDescriptor descriptor)
    {
        // Only durations are rewritten, and these end in a unit before a closing quote: most texts need not be parsed twice.
        if (!json.Contains("m\"", StringComparison.Ordinal) && !json.Contains("h\"", StringComparison.Ordinal) && !json.Contains("s\"", StringComparison.Ordinal))
            return json;
        try
        {
            var root = JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return root is JsonObject message && Normalise(message, descriptor) ? message.ToJsonString() : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Rewrites the durations of a message; returns whether there were any.</summary>
    private static bool Normalise(JsonObject message, MessageDescriptor descriptor)
    {
        var changed = false;
        foreach (var (name, value) in message.ToList())
        {
            var field = descriptor.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name || f.Name == name);
            if (field is not { FieldType: FieldType.Message })
                continue;
            if (field.IsMap)
            {
                changed |= field.MessageType.Fields[2] is { FieldType: FieldType.Message } entry && value is JsonObject map && NormaliseAll(map, entry.MessageType);
                continue;
            }

            if (Seconds(value, field.MessageType) is { } text)
            {
                message[name] = text;
                changed = true;
            }
            else if (value is JsonObject inner)
            {
                changed |= Normalise(inner, field.MessageType);
            }
            else if (value is JsonArray items)
            {
                changed |= NormaliseAll(items, field.MessageType);
            }
        }

        return changed;
    }

    private static bool NormaliseAll(JsonObject map, MessageDescriptor descriptor)
    {
        var changed = false;
        foreach (var (key, value) in map.ToList())
        {
            if (Seconds(value, descriptor) is { } text)
            {
                map[key] = text;
                changed = true;
            }
            else if (value is JsonObject inner)
            {
                changed |= Normalise(inner, descriptor);
            }
        }

        return changed;
    }

    private static bool NormaliseAll(JsonArray items, MessageDescriptor descriptor)
    {
        var changed = false;
        for (var i = 0; i < items.Count; i++)
        {
            if (Seconds(items[i], descriptor) is { } text)
            {
                items[i] = text;
                changed = true;
            }
            else if (items[i] is JsonObject inner)
            {
                changed |= Normalise(inner, descriptor);
            }
        }

        return changed;
    }

    /// <summary>The protobuf form of a duration; null for anything else, and for one that is no duration in either form.</summary>
    private static string? Seconds(JsonNode? value, MessageDescriptor descriptor)
    {
        if (descriptor.FullName != "google.protobuf.Duration" || value is not JsonValue scalar || !scalar.TryGetValue<string>(out var text))
            return null;
        return GoDurations.Parse(text) is { } duration ? duration.ToString().Trim('"') : null;
    }
}
