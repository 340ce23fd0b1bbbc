using System.Text;
using System.Text.Json;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>
/// Turns protobuf JSON into the bytes of messages. Fields are written by number and maps by key, so that equal texts give equal bytes.
/// What does not fit is reported and left out.
/// </summary>
/// <param name="schema">The definitions.</param>
/// <param name="problems">Takes what does not fit.</param>
/// <param name="keepsUnknownTypes">Whether an Any of a type that is not known travels as TypedStruct, which Envoy takes for any type that it knows; else it is left out.</param>
internal sealed class WireParser(ProtoSchema schema, ICollection<JsonProblem> problems, bool keepsUnknownTypes = false)
{
    private const string AnyType = "@type";

    // Carries a configuration as type URL (1) and Struct (2).
    private const string TypedStruct = "type.googleapis.com/xds.type.v3.TypedStruct";

    // Envoy has not read the second version of its API for years.
    private const string FormerVersion = ".v2.";

    // Of what nests too deep an empty message remains, which readers must still accept.
    private const int MaxDepth = WireValidator.MaxDepth - 2;

    private int _depth;

    /// <summary>The bytes of a message.</summary>
    public byte[] Read(MessageSchema message, JsonElement value, string path = "")
    {
        if (_depth >= MaxDepth)
            return Problem(path, "nests too deep");
        _depth++;
        try
        {
            return message.WellKnown switch
            {
                WellKnown.None or WellKnown.Empty => Fields(message, value, path, isAny: false),
                WellKnown.Any => Any(value, path),
                WellKnown.Struct => Map(message.Fields[0], value, path),
                WellKnown.List => List(message.Fields[0], value, path),
                WellKnown.Value => Value(message, value, path),
                WellKnown.Wrapper => One(message.Fields[0], value, path, keepZero: false),
                WellKnown.Duration => JsonWellKnown.Duration(JsonScalars.Text(value)),
                WellKnown.Timestamp => JsonWellKnown.Timestamp(JsonScalars.Text(value)),
                _ => JsonWellKnown.FieldMask(JsonScalars.Text(value)),
            };
        }
        catch (JsonFormatException fault)
        {
            return Problem(path, fault.Message);
        }
        finally
        {
            _depth--;
        }
    }

    private byte[] Fields(MessageSchema message, JsonElement value, string path, bool isAny)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw JsonScalars.Expected("a mapping", value);
        var given = new SortedDictionary<int, (FieldSchema Field, JsonElement Value)>();
        foreach (var property in value.EnumerateObject())
        {
            if (isAny && property.Name == AnyType)
                continue;
            var inner = Below(path, property.Name);
            if (message.Find(property.Name) is not { } field)
                problems.Add(new JsonProblem(inner, "this field does not exist and has no effect", IsUnknownField: true));
            else if (!IsAbsent(field, property.Value) && !given.TryAdd(field.Number, (field, property.Value)))
                Problem(inner, "this field is given twice");
        }

        ReportOneofs(given.Values.Select(g => g.Field), path);
        var writer = new WireWriter();
        foreach (var (field, json) in given.Values)
            writer.Raw(Field(field, json, Below(path, field.JsonName)));
        return writer.ToArray();
    }

    private void ReportOneofs(IEnumerable<FieldSchema> given, string path)
    {
        foreach (var several in given.Where(f => f.Oneof != FieldSchema.NoOneof).GroupBy(f => f.Oneof).Where(g => g.Skip(1).Any()))
            Problem(path, $"only one of {string.Join(", ", several.Select(f => f.JsonName))} can be set");
    }

    private byte[] Field(FieldSchema field, JsonElement value, string path)
    {
        try
        {
            if (field.IsMap)
                return Map(field, value, path);
            return field.Repeated ? List(field, value, path) : One(field, value, path, keepZero: KeepsZero(field));
        }
        catch (JsonFormatException fault)
        {
            return Problem(path, fault.Message);
        }
    }

    /// <summary>Members of a oneof and optional scalars count as set even where they are zero.</summary>
    private static bool KeepsZero(FieldSchema field) => field.Oneof != FieldSchema.NoOneof || field.Optional;

    private byte[] One(FieldSchema field, JsonElement value, string path, bool keepZero)
    {
        var writer = new WireWriter();
        if (field.Kind == FieldKind.Message)
        {
            writer.Field(field.Number, Read(field.Message!, value, path));
            return writer.ToArray();
        }

        var bytes = JsonScalars.Read(field, value);
        if (bytes is null && !keepZero)
            return [];
        Scalar(writer, field, bytes);
        return writer.ToArray();
    }

    private static void Scalar(WireWriter writer, FieldSchema field, byte[]? bytes)
    {
        if (field.WireType == WireReader.Bytes)
        {
            writer.Field(field.Number, bytes ?? []);
            return;
        }

        writer.Tag(field.Number, field.WireType);
        writer.Raw(bytes ?? WireScalars.Zero(field));
    }

    private byte[] List(FieldSchema field, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw JsonScalars.Expected("a list", value);
        var writer = new WireWriter();
        var packed = new WireWriter();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{path}[{index++}]";
            if (field.WireType == WireReader.Bytes)
                writer.Raw(Guarded(field, item, at, keepZero: true));
            else if (JsonScalarOrProblem(field, item, at) is { } bytes)
                packed.Raw(bytes);
        }

        if (!packed.Written.IsEmpty)
            writer.Field(field.Number, packed.Written);
        return writer.ToArray();
    }

    private byte[] Guarded(FieldSchema field, JsonElement item, string path, bool keepZero)
    {
        if (item.ValueKind == JsonValueKind.Null && field.Message is not { WellKnown: WellKnown.Value })
            return Problem(path, "a list can't hold null");
        try
        {
            return One(field, item, path, keepZero);
        }
        catch (JsonFormatException fault)
        {
            return Problem(path, fault.Message);
        }
    }

    private byte[]? JsonScalarOrProblem(FieldSchema field, JsonElement item, string path)
    {
        try
        {
            return JsonScalars.Read(field, item) ?? WireScalars.Zero(field).ToArray();
        }
        catch (JsonFormatException fault)
        {
            Problem(path, fault.Message);
            return null;
        }
    }

    private byte[] Map(FieldSchema field, JsonElement value, string path, bool isAny = false)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw JsonScalars.Expected("a mapping", value);
        var (keyField, valueField) = (field.Message!.Fields[0], field.Message.Fields[1]);
        var writer = new WireWriter();
        _depth++; // the entries are messages too
        foreach (var entry in value.EnumerateObject().Where(e => !isAny || e.Name != AnyType).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var at = Below(path, entry.Name);
            if (JsonMapKey.Read(keyField, entry.Name) is not { } key)
            {
                Problem(at, $"'{entry.Name}' is no key of this map");
                continue;
            }

            var pair = new WireWriter();
            if (key.AsSpan().ContainsAnyExcept((byte)0))
                Scalar(pair, keyField, key);
            pair.Raw(Guarded(valueField, entry.Value, at, keepZero: false)); // as Google's C# writes entries
            writer.Field(field.Number, pair.Written);
        }

        _depth--;
        return writer.ToArray();
    }

    private byte[] Value(MessageSchema message, JsonElement value, string path)
    {
        var field = message.Find(value.ValueKind switch
        {
            JsonValueKind.Object => "struct_value",
            JsonValueKind.Array => "list_value",
            JsonValueKind.String => "string_value",
            JsonValueKind.Number => "number_value",
            JsonValueKind.True or JsonValueKind.False => "bool_value",
            _ => "null_value",
        })!;
        return One(field, value, path, keepZero: true);
    }

    private byte[] Any(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw JsonScalars.Expected("a mapping with @type", value);
        if (!value.EnumerateObject().Any())
            return [];
        if (!value.TryGetProperty(AnyType, out var type) || type.ValueKind != JsonValueKind.String)
            return Problem(path, "@type is missing");
        var typeUrl = type.GetString()!;
        if (schema.Message(typeUrl[(typeUrl.LastIndexOf('/') + 1)..]) is not { } content)
            return Unknown(typeUrl, value, path);
        var bytes = content.WellKnown == WellKnown.None
            ? Fields(content, value, path, isAny: true)
            : value.TryGetProperty("value", out var inner) ? Read(content, inner, Below(path, "value")) : Problem(path, "value is missing");
        var writer = new WireWriter();
        writer.Field(1, Encoding.UTF8.GetBytes(typeUrl));
        if (bytes.Length > 0)
            writer.Field(2, bytes);
        return writer.ToArray();
    }

    private byte[] Unknown(string typeUrl, JsonElement value, string path)
    {
        if (!keepsUnknownTypes)
            return Problem(Below(path, AnyType), $"the type {typeUrl} is not known here");
        if (typeUrl.Contains(FormerVersion, StringComparison.Ordinal))
            return Problem(Below(path, AnyType), $"the type {typeUrl} is of a former version of Envoy's API: v3 is required");
        problems.Add(new JsonProblem(Below(path, AnyType), $"the type {typeUrl} is not known here: it is sent without being checked", IsUnknownField: true));
        var content = new WireWriter();
        content.Field(1, Encoding.UTF8.GetBytes(typeUrl));
        content.Field(2, Map(schema.Message("google.protobuf.Struct")!.Fields[0], value, path, isAny: true));
        var writer = new WireWriter();
        writer.Field(1, Encoding.UTF8.GetBytes(TypedStruct));
        writer.Field(2, content.Written);
        return writer.ToArray();
    }

    /// <summary>null stands for a field that is not set, but where it is a value of its own.</summary>
    private static bool IsAbsent(FieldSchema field, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null && field.Message is not { WellKnown: WellKnown.Value } && field.Enum is not { FullName: "google.protobuf.NullValue" };

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private byte[] Problem(string path, string message)
    {
        problems.Add(new JsonProblem(path, message, IsUnknownField: false));
        return [];
    }
}
