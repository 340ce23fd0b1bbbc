using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Udpa.Annotations;

namespace ControlPlane.Translation.Envoy;

/// <summary>
/// Prints messages in protobuf's JSON mapping: lowerCamelCase, defaults left out, each <see cref="Any"/> written out under its "@type". Unlike
/// Google's formatter it never fails: an empty Any is {}, one whose type is not known here or whose bytes are broken keeps its bytes as base64
/// under "value". It can hide what the definitions mark as sensitive (private keys, tokens), as Envoy's own config dump does.
/// </summary>
public static class ProtoJson
{
    /// <summary>What stands in place of a sensitive text.</summary>
    public const string Redacted = "[redacted]";

    /// <summary>How many Any may be nested in one another before the inner one is left as bytes.</summary>
    private const int MaxAnyDepth = 8;

    private const int DurationFractionDigits = 9;

    private static readonly string RedactedBytes = Convert.ToBase64String(Encoding.UTF8.GetBytes(Redacted));

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Compact = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON text of a message.</summary>
    /// <param name="message">What to print.</param>
    /// <param name="indented">Over several lines, two spaces a level, or on one.</param>
    /// <param name="redact">Whether sensitive values are hidden.</param>
    public static string Print(IMessage message, bool indented = false, bool redact = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
            Write(writer, message, redact);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes a message as one JSON value.</summary>
    /// <param name="writer">Where to; flushed by the caller.</param>
    /// <param name="message">What to write.</param>
    /// <param name="redact">Whether sensitive values are hidden.</param>
    public static void Write(Utf8JsonWriter writer, IMessage message, bool redact = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(message);
        new Printer(writer, redact).WriteMessage(message, hidden: false, anyDepth: 0);
    }

    /// <summary>A duration as seconds with 0, 3, 6 or 9 digits, for instance "0.250s".</summary>
    public static string FormatDuration(Duration duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        string sign = duration.Seconds < 0 || duration.Nanos < 0 ? "-" : "";
        string seconds = UInt128.CreateTruncating(Int128.Abs(duration.Seconds)).ToString(CultureInfo.InvariantCulture);
        string nanos = Math.Abs((long)duration.Nanos).ToString("D" + DurationFractionDigits, CultureInfo.InvariantCulture);
        string fraction = nanos switch
        {
            "000000000" => "",
            _ when nanos.EndsWith("000000", StringComparison.Ordinal) => "." + nanos[..3],
            _ when nanos.EndsWith("000", StringComparison.Ordinal) => "." + nanos[..6],
            _ => "." + nanos,
        };
        return sign + seconds + fraction + "s";
    }

    private readonly struct Printer(Utf8JsonWriter writer, bool redact)
    {
        public void WriteMessage(IMessage message, bool hidden, int anyDepth)
        {
            if (Special(message, hidden, anyDepth))
                return;
            writer.WriteStartObject();
            WriteFields(message, hidden, anyDepth);
            writer.WriteEndObject();
        }

        private void WriteFields(IMessage message, bool hidden, int anyDepth)
        {
            foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
            {
                object? value = field.Accessor.GetValue(message);
                if (!IsPresent(field, message, value))
                    continue;
                bool hide = hidden || (redact && IsSensitive(field));
                writer.WritePropertyName(field.JsonName);
                if (field.IsMap)
                    WriteMap(field, (IDictionary)value!, hide, anyDepth);
                else if (field.IsRepeated)
                    WriteList(field, (IList)value!, hide, anyDepth);
                else
                    WriteValue(field, value!, hide, anyDepth);
            }
        }

        private void WriteMap(FieldDescriptor field, IDictionary map, bool hidden, int anyDepth)
        {
            var valueField = field.MessageType.FindFieldByNumber(2);
            var entries = map.Keys.Cast<object>().Select(key => (Key: MapKey(key), Value: map[key]));
            writer.WriteStartObject();
            foreach (var (key, value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(key);
                WriteValue(valueField, value!, hidden, anyDepth);
            }

            writer.WriteEndObject();
        }

        private void WriteList(FieldDescriptor field, IList list, bool hidden, int anyDepth)
        {
            writer.WriteStartArray();
            foreach (object? item in list)
                WriteValue(field, item!, hidden, anyDepth);
            writer.WriteEndArray();
        }

        private void WriteValue(FieldDescriptor field, object value, bool hidden, int anyDepth)
        {
            switch (value)
            {
                case System.Enum when field.EnumType == NullValueReflectionType:
                    writer.WriteNullValue();
                    break;
                case System.Enum:
                    int number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                    if (field.EnumType.FindValueByNumber(number) is { } named)
                        writer.WriteStringValue(named.Name);
                    else
                        writer.WriteNumberValue(number);
                    break;
                case IMessage nested:
                    WriteMessage(nested, hidden, anyDepth);
                    break;
                default:
                    WriteScalar(value, hidden);
                    break;
            }
        }

        private void WriteScalar(object value, bool hidden)
        {
            switch (value)
            {
                case string text: writer.WriteStringValue(hidden ? Redacted : text); break;
                case ByteString bytes: writer.WriteStringValue(hidden ? RedactedBytes : bytes.ToBase64()); break;
                case bool flag: writer.WriteBooleanValue(flag); break;
                case int number: writer.WriteNumberValue(number); break;
                case uint number: writer.WriteNumberValue(number); break;
                case long number: writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
                case ulong number: writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
                case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
                case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
                case float or double: writer.WriteStringValue(NotFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture))); break;
                default: throw new InvalidOperationException($"no JSON form for {value.GetType()}");
            }
        }

        /// <summary>Writes the messages that have a JSON form of their own; false for all others.</summary>
        private bool Special(IMessage message, bool hidden, int anyDepth)
        {
            switch (message)
            {
                case Any any: WriteAny(any, hidden, anyDepth); return true;
                case Duration duration: writer.WriteStringValue(FormatDuration(duration)); return true;
                case Timestamp or FieldMask: writer.WriteRawValue(message.ToString()!); return true;
                case Struct map: WriteMap(Struct.Descriptor.FindFieldByNumber(Struct.FieldsFieldNumber), map.Fields, hidden, anyDepth); return true;
                case ListValue list: WriteList(ListValue.Descriptor.FindFieldByNumber(ListValue.ValuesFieldNumber), list.Values, hidden, anyDepth); return true;
                case Value value: StructValue(value, hidden, anyDepth); return true;
                default: break;
            }

            if (message.Descriptor.File != WrappersReflection.Descriptor)
                return false;
            WriteScalar(message.Descriptor.FindFieldByNumber(1).Accessor.GetValue(message), hidden);
            return true;
        }

        private void StructValue(Value value, bool hidden, int anyDepth)
        {
            switch (value.KindCase)
            {
                case Value.KindOneofCase.StructValue: WriteMessage(value.StructValue, hidden, anyDepth); break;
                case Value.KindOneofCase.ListValue: WriteMessage(value.ListValue, hidden, anyDepth); break;
                case Value.KindOneofCase.StringValue: WriteScalar(value.StringValue, hidden); break;
                case Value.KindOneofCase.NumberValue: WriteScalar(value.NumberValue, hidden); break;
                case Value.KindOneofCase.BoolValue: WriteScalar(value.BoolValue, hidden); break;
                default: writer.WriteNullValue(); break;
            }
        }

        private void WriteAny(Any any, bool hidden, int anyDepth)
        {
            writer.WriteStartObject();
            if (any.TypeUrl.Length > 0 || !any.Value.IsEmpty)
            {
                writer.WriteString("@type", any.TypeUrl);
                if (anyDepth >= MaxAnyDepth || !ProtoTypes.TryUnpack(any, out var content))
                {
                    writer.WriteString("value", hidden || redact ? RedactedBytes : any.Value.ToBase64());
                }
                else if (HasOwnForm(content))
                {
                    writer.WritePropertyName("value");
                    WriteMessage(content, hidden, anyDepth + 1);
                }
                else
                {
                    WriteFields(content, hidden, anyDepth + 1);
                }
            }

            writer.WriteEndObject();
        }

        private static EnumDescriptor NullValueReflectionType => StructReflection.Descriptor.EnumTypes[0];

        private static bool HasOwnForm(IMessage message) =>
            message is Any or Duration or Timestamp or FieldMask or Struct or ListValue or Value or Empty
            || message.Descriptor.File == WrappersReflection.Descriptor;

        private static bool IsPresent(FieldDescriptor field, IMessage message, object? value) => value switch
        {
            null => false,
            ICollection many when field.IsRepeated => many.Count > 0,
            _ when field.HasPresence => field.Accessor.HasValue(message),
            string text => text.Length > 0,
            ByteString bytes => !bytes.IsEmpty,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
        };

        private static bool IsSensitive(FieldDescriptor field) => field.GetOptions()?.GetExtension(SensitiveExtensions.Sensitive) == true;

        private static string MapKey(object key) => key switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(key, CultureInfo.InvariantCulture)!,
        };

        private static string NotFinite(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
}
