using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Configuration;

/// <summary>
/// Reads a ProxyConfig from YAML's or JSON's values into its canonical JSON: enums by name, durations in seconds, numbers as numbers. Unknown fields
/// are passed over, as Istio does; wrong kinds are errors. Zeros that are the same as no value stay on the outermost level, where they override.
/// </summary>
internal static class ProxyConfigReader
{
    private const long NanosPerSecond = 1_000_000_000;
    private const decimal MaxDurationSeconds = 315_576_000_000m;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">A field is of the wrong kind; the message names it.</exception>
    public static JsonObject Read(JsonNode? value) => value switch
    {
        null => [],
        JsonObject map => Message(map, ProxyConfigSchema.Root, "", keepZeros: true),
        _ => throw new FormatException("a map of fields is expected"),
    };

    /// <summary>A duration in nanoseconds.</summary>
    public static long? Nanos(string? duration)
    {
        if (duration is null || duration.Length < 2 || duration[^1] != 's'
            || !decimal.TryParse(duration.AsSpan(0, duration.Length - 1), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(seconds) > MaxDurationSeconds)
            return GoNanos(duration);
        return Math.Abs(seconds) > 9_000_000_000m ? null : (long)(seconds * NanosPerSecond);
    }

    // Schema depth bounds the recursion.
    private static JsonObject Message(JsonObject source, string message, string path, bool keepZeros)
    {
        var read = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        var groups = new HashSet<string>(StringComparer.Ordinal);
        var fields = ProxyConfigSchema.FieldsOf(message);
        foreach (var (name, value) in source)
        {
            if (value is null || Array.Find(fields, field => field.Name == name || field.ProtoName == name) is not { } spec)
                continue;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (spec.OneOf is not null && !groups.Add(spec.OneOf))
                throw new FormatException($"{at}: another field of {spec.OneOf} is set already");
            var canonical = Field(value, spec, at);
            if (keepZeros || !spec.ZeroIsUnset || !IsZero(canonical, spec))
                read[spec.Name] = canonical;
        }

        var result = new JsonObject();
        foreach (var spec in fields)
        {
            if (read.TryGetValue(spec.Name, out var value))
                result[spec.Name] = value;
        }

        return result;
    }

    /// <summary>Whether a canonical value is its kind's zero.</summary>
    public static bool IsZero(JsonNode value, FieldSpec spec) => spec.Kind switch
    {
        "string" => JsonTree.TextOf(value) is "",
        "bool" => value.GetValueKind() == JsonValueKind.False,
        ['=', .. var name] => JsonTree.TextOf(value) == ProxyConfigSchema.NamesOf(name)[0].Name,
        _ => JsonTree.WholeOf(value) == 0,
    };

    private static JsonNode Field(JsonNode value, FieldSpec spec, string path)
    {
        switch (spec.Shape)
        {
            case FieldShape.List:
                if (value is not JsonArray items)
                    throw Wrong(path, "a list is expected");
                return JsonTree.ListOf(items.Select((item, i) => (JsonNode?)Single(item, spec.Kind, $"{path}[{i}]")));
            case FieldShape.Map:
                if (value is not JsonObject map)
                    throw Wrong(path, "a map is expected");
                var result = new JsonObject();
                foreach (var (key, item) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    result[key] = Single(item, spec.Kind, $"{path}.{key}");
                return result;
            default:
                return Single(value, spec.Kind, path);
        }
    }

    private static JsonNode Single(JsonNode? value, string kind, string path) => kind switch
    {
        "string" => JsonTree.TextOf(value) is { } text ? text : throw Wrong(path, "a string is expected; quote it"),
        "bool" or "Bool" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.GetValue<bool>() : throw Wrong(path, "true or false is expected"),
        "int32" or "Int32" => Whole(value, int.MinValue, int.MaxValue, path),
        "uint32" => Whole(value, 0, uint.MaxValue, path),
        "Int64" => Whole(value, long.MinValue, long.MaxValue, path).ToString(CultureInfo.InvariantCulture),
        "double" => Real(value, path),
        "duration" => Duration(value, path),
        ['=', .. var name] => Enumerated(value, name, path),
        ['@', .. var message] => value is JsonObject map ? Message(map, message, path, keepZeros: false) : throw Wrong(path, "a map is expected"),
        _ => throw new InvalidOperationException($"the schema knows no kind {kind}"),
    };

    private static long Whole(JsonNode? value, long least, long greatest, string path)
    {
        var number = JsonTree.WholeOf(value)
            ?? (long.TryParse(JsonTree.TextOf(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null);
        return number >= least && number <= greatest ? number.Value : throw Wrong(path, $"a whole number from {least} to {greatest} is expected");
    }

    private static JsonValue Real(JsonNode? value, string path)
    {
        if (value?.GetValueKind() is JsonValueKind.Number or JsonValueKind.String
            && double.TryParse(JsonTree.Printed(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number == Math.Floor(number) && Math.Abs(number) < 1e15 ? JsonValue.Create((long)number) : JsonValue.Create(number);
        throw Wrong(path, "a number is expected");
    }

    private static string Duration(JsonNode? value, string path)
    {
        if (Nanos(JsonTree.TextOf(value)) is not { } nanos)
            throw Wrong(path, "a duration such as 10s is expected");
        var seconds = (nanos / NanosPerSecond).ToString(CultureInfo.InvariantCulture);
        var fraction = Math.Abs(nanos % NanosPerSecond);
        if (fraction == 0)
            return $"{seconds}s";
        var sign = nanos < 0 && nanos > -NanosPerSecond ? "-" : "";
        var digits = fraction % 1_000_000 == 0 ? (fraction / 1_000_000).ToString("000", CultureInfo.InvariantCulture)
            : fraction % 1000 == 0 ? (fraction / 1000).ToString("000000", CultureInfo.InvariantCulture)
            : fraction.ToString("000000000", CultureInfo.InvariantCulture);
        return $"{sign}{seconds}.{digits}s";
    }

    private static string Enumerated(JsonNode? value, string name, string path)
    {
        var known = ProxyConfigSchema.NamesOf(name);
        var text = JsonTree.TextOf(value);
        var number = JsonTree.WholeOf(value);
        foreach (var entry in known)
        {
            if (entry.Name == text || entry.Number == number)
                return entry.Name;
        }

        throw Wrong(path, $"one of {string.Join(", ", known.Select(entry => entry.Name))} is expected");
    }

    /// <summary>Durations such as 1ms or 1m30s, which Istio's reader takes too.</summary>
    private static long? GoNanos(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 40)
            return null;
        decimal total = 0;
        var rest = text.AsSpan(text[0] == '-' ? 1 : 0);
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
                return null;
            rest = rest[digits..];
            var unit = rest.IndexOfAny(Digits);
            if (unit < 0)
                unit = rest.Length;
            decimal factor = rest[..unit] switch { "ns" => 1, "us" or "µs" => 1000, "ms" => 1_000_000, "s" => NanosPerSecond, "m" => 60m * NanosPerSecond, "h" => 3600m * NanosPerSecond, _ => 0 };
            if (factor == 0 || amount > 1e12m)
                return null;
            total += amount * factor;
            rest = rest[unit..];
        }

        return total > long.MaxValue ? null : (long)(text[0] == '-' ? -total : total);
    }

    private static FormatException Wrong(string path, string reason) => new($"{path}: {reason}");
}
