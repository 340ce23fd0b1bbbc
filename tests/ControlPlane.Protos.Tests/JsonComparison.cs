using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Protos.Tests;

/// <summary>Compares protobuf JSON as the conformance cases do: the spelling of numbers and durations does not count, all else does.</summary>
internal static class JsonComparison
{
    public static void Differences(JsonNode? expected, JsonNode? actual, string path, List<string> found)
    {
        switch (expected, actual)
        {
            case (JsonObject e, JsonObject a):
                foreach (string key in e.Select(p => p.Key).Union(a.Select(p => p.Key)).Order(StringComparer.Ordinal))
                {
                    if (!a.ContainsKey(key))
                        found.Add($"{path}.{key}: missing");
                    else if (!e.ContainsKey(key))
                        found.Add($"{path}.{key}: unexpected");
                    else
                        Differences(e[key], a[key], $"{path}.{key}", found);
                }

                break;
            case (JsonArray e, JsonArray a):
                if (e.Count != a.Count)
                    found.Add($"{path}: {e.Count} elements expected, {a.Count} printed");
                for (int i = 0; i < Math.Min(e.Count, a.Count); i++)
                    Differences(e[i], a[i], $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]", found);
                break;
            default:
                if (Normal(expected) != Normal(actual))
                    found.Add($"{path}: {expected?.ToJsonString()} expected, {actual?.ToJsonString()} printed");
                break;
        }
    }

    private static string Normal(JsonNode? node)
    {
        if (node is null)
            return "null";
        if (node is not JsonValue value)
            return node.GetValueKind().ToString();
        return value.GetValueKind() switch
        {
            JsonValueKind.Number => Number(value.ToJsonString()),
            JsonValueKind.String => Text(value.GetValue<string>()),
            var other => other.ToString(),
        };
    }

    private static string Number(string text) =>
        double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static string Text(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            return Number(text);
        bool duration = text.EndsWith('s') && decimal.TryParse(text[..^1], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
        return duration ? "duration " + decimal.Parse(text[..^1], CultureInfo.InvariantCulture).ToString("0.#########", CultureInfo.InvariantCulture) : "\"" + text + "\"";
    }
}
