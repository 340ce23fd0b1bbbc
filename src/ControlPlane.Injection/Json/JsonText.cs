using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Json;

/// <summary>
/// Reads JSON into nodes within bounds, every string decoded, so that no later access of a node can fail: the nodes of System.Text.Json decode lazily
/// and throw where text turns out to be half a character or a key comes twice.
/// </summary>
public static class JsonText
{
    /// <summary>Greatest nesting; no real pod passes 40.</summary>
    public const int MaxDepth = 100;

    /// <summary>Greatest number of values in one text.</summary>
    public const int MaxValues = 200_000;

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };

    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 2 * MaxDepth,
    };

    /// <summary>Reads one JSON value in UTF-8; null for JSON's null.</summary>
    /// <exception cref="FormatException">It is not one well-formed value within the bounds, or an object has a key twice.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, Reading);
            var left = MaxValues;
            reader.Read();
            var value = Value(ref reader, ref left);
            if (reader.Read())
                throw new FormatException("not well-formed JSON: something follows the value");
            return value;
        }
        catch (JsonException fault)
        {
            throw new FormatException($"not well-formed JSON: {fault.Message}", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("not well-formed JSON: a string is not valid text", fault);
        }
    }

    /// <summary>Reads one JSON value; see <see cref="Parse(ReadOnlySpan{byte})"/>.</summary>
    /// <exception cref="FormatException">As there.</exception>
    public static JsonNode? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes a value as compact JSON.</summary>
    public static string Write(JsonNode? value) => value is null ? "null" : value.ToJsonString(Writing);

    /// <summary>Writes a value as compact JSON in UTF-8.</summary>
    public static byte[] WriteUtf8(JsonNode? value) => JsonSerializer.SerializeToUtf8Bytes(value, Writing);

    // Recursion is bounded by the reader's MaxDepth.
    private static JsonNode? Value(ref Utf8JsonReader reader, ref int left)
    {
        if (--left < 0)
            throw new FormatException($"more than {MaxValues} values");
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Members(ref reader, ref left),
            JsonTokenType.StartArray => Items(ref reader, ref left),
            JsonTokenType.String => JsonValue.Create(reader.GetString()!),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            JsonTokenType.Number => reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(JsonElement.ParseValue(ref reader)),
            _ => null,
        };
    }

    private static JsonObject Members(ref Utf8JsonReader reader, ref int left)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!result.TryAdd(name, Value(ref reader, ref left)))
                throw new FormatException($"key \"{name}\" comes twice in an object");
        }

        return result;
    }

    private static JsonArray Items(ref Utf8JsonReader reader, ref int left)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            result.Add(Value(ref reader, ref left));
        return result;
    }
}
