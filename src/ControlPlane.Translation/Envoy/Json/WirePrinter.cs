using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Writes messages that are given as bytes in protobuf's JSON mapping.</summary>
/// <param name="schema">The definitions.</param>
/// <param name="writer">Where to.</param>
/// <param name="redact">Whether what the definitions mark as sensitive is hidden.</param>
internal sealed class WirePrinter(ProtoSchema schema, Utf8JsonWriter writer, bool redact)
{
    /// <summary>How many Any may be nested in one another before the inner one is left as bytes.</summary>
    private const int MaxAnyDepth = 8;

    private static readonly string RedactedBytes = Convert.ToBase64String(Encoding.UTF8.GetBytes(ProtoJson.Redacted));

    /// <summary>Writes a message as one JSON value.</summary>
    /// <exception cref="WireException">The bytes are no message of that type. The writer is left in the middle then.</exception>
    public void Write(MessageSchema message, ReadOnlySpan<byte> body) => Message(message, body, default);

    private void Message(MessageSchema message, ReadOnlySpan<byte> body, Context context)
    {
        context = context.Deeper();
        switch (message.WellKnown)
        {
            case WellKnown.Any: Any(body, context); break;
            case WellKnown.Duration: writer.WriteStringValue(WellKnownText.Duration(body)); break;
            case WellKnown.Timestamp: WellKnownText.WriteTimestamp(writer, body); break;
            case WellKnown.FieldMask: writer.WriteStringValue(WellKnownText.FieldMask(body)); break;
            case WellKnown.Struct: Map(message.Fields[0], WireFields.Collect(message, body), body, context); break;
            case WellKnown.List: List(message.Fields[0], WireFields.Collect(message, body), body, context); break;
            case WellKnown.Value: Value(message, body, context); break;
            case WellKnown.Wrapper: Wrapper(message.Fields[0], message, body, context); break;
            default:
                writer.WriteStartObject();
                Fields(message, body, context);
                writer.WriteEndObject();
                break;
        }
    }

    private void Fields(MessageSchema message, ReadOnlySpan<byte> body, Context context)
    {
        var entries = WireFields.Collect(message, body);
        for (var at = 0; at < entries.Count;)
        {
            var index = entries[at].Field;
            var end = at;
            while (end < entries.Count && entries[end].Field == index)
                end++;
            var field = message.Fields[index];
            var inner = context with { Hidden = context.Hidden || (redact && field.Sensitive) };
            writer.WritePropertyName(field.JsonName);
            if (field.IsMap)
                Map(field, entries.GetRange(at, end - at), body, inner);
            else if (field.Repeated)
                List(field, entries.GetRange(at, end - at), body, inner);
            else
                Single(field, entries.GetRange(at, end - at), body, inner);
            at = end;
        }
    }

    /// <summary>A field that is no list: of several values the last counts; messages are merged, which their bytes are when put together.</summary>
    private void Single(FieldSchema field, List<WireFields.Entry> entries, ReadOnlySpan<byte> body, Context context)
    {
        if (entries.Count == 1 || field.Kind != FieldKind.Message)
            OneValue(field, body[entries[^1].Range], context);
        else
            OneValue(field, WireFields.Join(entries, body), context);
    }

    private void List(FieldSchema field, List<WireFields.Entry> entries, ReadOnlySpan<byte> body, Context context)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            if (entry.WireType == field.WireType)
            {
                OneValue(field, body[entry.Range], context);
                continue;
            }

            // Numbers, packed into one field.
            var packed = body[entry.Range];
            var reader = new WireReader(packed);
            while (!reader.AtEnd)
            {
                var start = reader.Position;
                reader.Skip(field.WireType);
                OneValue(field, packed[start..reader.Position], context);
            }
        }

        writer.WriteEndArray();
    }

    private void Map(FieldSchema field, List<WireFields.Entry> entries, ReadOnlySpan<byte> body, Context context)
    {
        var entryType = field.Message!;
        var sorted = new SortedDictionary<string, Range?>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var (key, value) = WireFields.MapEntry(entryType, body[entry.Range]);
            sorted[key] = value is { } inner ? (entry.Range.Start.Value + inner.Start.Value)..(entry.Range.Start.Value + inner.End.Value) : null;
        }

        writer.WriteStartObject();
        foreach (var (key, range) in sorted)
        {
            writer.WritePropertyName(key);
            if (range is { } value)
                OneValue(entryType.Fields[1], body[value], context);
            else
                Default(entryType.Fields[1], context);
        }

        writer.WriteEndObject();
    }

    private void OneValue(FieldSchema field, ReadOnlySpan<byte> value, Context context)
    {
        switch (field.Kind)
        {
            case FieldKind.Message:
                Message(field.Message ?? throw new WireException($"{field.Name} has a type that is not known"), value, context);
                break;
            case FieldKind.String:
                Text(value, context.Hidden);
                break;
            case FieldKind.Bytes when context.Hidden:
                writer.WriteStringValue(RedactedBytes);
                break;
            case FieldKind.Bytes:
                writer.WriteBase64StringValue(value);
                break;
            default:
                WireScalars.Write(writer, field, value);
                break;
        }
    }

    private void Text(ReadOnlySpan<byte> value, bool hidden)
    {
        if (hidden)
            writer.WriteStringValue(ProtoJson.Redacted);
        else if (Utf8.IsValid(value))
            writer.WriteStringValue(value);
        else
            writer.WriteStringValue(Encoding.UTF8.GetString(value));
    }

    /// <summary>A value that is there but has no bytes: that of a map entry, or in a wrapper.</summary>
    private void Default(FieldSchema field, Context context)
    {
        if (field.WireType == WireReader.Bytes)
            OneValue(field, [], context);
        else
            WireScalars.Write(writer, field, WireScalars.Zero(field));
    }

    private void Wrapper(FieldSchema field, MessageSchema message, ReadOnlySpan<byte> body, Context context)
    {
        var entries = WireFields.Collect(message, body);
        if (entries.Count == 0)
            Default(field, context);
        else
            Single(field, entries, body, context);
    }

    private void Value(MessageSchema message, ReadOnlySpan<byte> body, Context context)
    {
        const string nullValue = "null_value";
        var entries = WireFields.CollectInOrder(message, body);
        if (entries.Count == 0 || message.Fields[entries[^1].Field] is { Name: nullValue })
        {
            writer.WriteNullValue();
            return;
        }

        var last = entries[^1];
        OneValue(message.Fields[last.Field], body[last.Range], context);
    }

    private void Any(ReadOnlySpan<byte> body, Context context)
    {
        var (typeUrl, range) = WireFields.Any(body);
        var value = body[range];
        writer.WriteStartObject();
        if (typeUrl.Length > 0 || !value.IsEmpty)
        {
            writer.WriteString("@type", typeUrl);
            var content = context.AnyDepth < MaxAnyDepth ? schema.Message(typeUrl[(typeUrl.LastIndexOf('/') + 1)..]) : null;
            if (content is null || !WireValidator.IsMessage(content, value))
            {
                writer.WriteString("value", context.Hidden || redact ? RedactedBytes : Convert.ToBase64String(value));
            }
            else if (content.WellKnown != WellKnown.None)
            {
                writer.WritePropertyName("value");
                if (content.WellKnown == WellKnown.Empty)
                    Braces();
                else
                    Message(content, value, context.InAny());
            }
            else
            {
                Fields(content, value, context.InAny());
            }
        }

        writer.WriteEndObject();
    }

    private void Braces()
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    /// <summary>Where in a message the printer is.</summary>
    private readonly record struct Context(bool Hidden, int AnyDepth, int Depth)
    {
        public Context Deeper() => Depth < WireValidator.MaxDepth ? this with { Depth = Depth + 1 } : throw new WireException("messages nest too deep");

        public Context InAny() => this with { AnyDepth = AnyDepth + 1 };
    }
}
