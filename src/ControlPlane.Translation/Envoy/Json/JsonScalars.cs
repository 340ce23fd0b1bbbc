using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Reads scalars from JSON. Each method throws <see cref="JsonFormatException"/> for a value that does not fit.</summary>
internal static class JsonScalars
{
    /// <summary>The bytes of a value, without tag or length; null where it is the zero of its type.</summary>
    public static byte[]? Read(FieldSchema field, JsonElement value)
    {
        var writer = new WireWriter();
        switch (field.Kind)
        {
            case FieldKind.String:
                return NullIfEmpty(Encoding.UTF8.GetBytes(Text(value)));
            case FieldKind.Bytes:
                return NullIfEmpty(Base64(Text(value)));
            case FieldKind.Bool:
                return Boolean(value) ? [1] : null;
            case FieldKind.Double:
                writer.Eight(BitConverter.DoubleToUInt64Bits(Float(value)));
                break;
            case FieldKind.Float:
                writer.Four(BitConverter.SingleToUInt32Bits(Single(value)));
                break;
            case FieldKind.Enum:
                writer.Varint((ulong)(long)EnumNumber(field.Enum!, value));
                break;
            default:
                Integer(writer, field.Kind, Whole(value));
                break;
        }

        return writer.Written.ContainsAnyExcept((byte)0) ? writer.ToArray() : null;
    }

    /// <summary>A string.</summary>
    public static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Expected("a string", value);

    /// <summary>What was found instead of what was expected.</summary>
    public static JsonFormatException Expected(string what, JsonElement found)
    {
        const int shown = 60;
        var text = found.GetRawText();
        return new JsonFormatException($"expected {what}, found {(text.Length <= shown ? text : text[..shown] + "...")}");
    }

    private static void Integer(WireWriter writer, FieldKind kind, Int128 value)
    {
        switch (kind)
        {
            case FieldKind.Fixed64: writer.Eight(Within<ulong>(value)); break;
            case FieldKind.SFixed64: writer.Eight((ulong)Within<long>(value)); break;
            case FieldKind.Fixed32: writer.Four(Within<uint>(value)); break;
            case FieldKind.SFixed32: writer.Four((uint)Within<int>(value)); break;
            case FieldKind.SInt32: var small = (long)Within<int>(value); writer.Varint((ulong)((small << 1) ^ (small >> 63))); break;
            case FieldKind.SInt64: var large = Within<long>(value); writer.Varint((ulong)((large << 1) ^ (large >> 63))); break;
            case FieldKind.Int32: writer.Varint((ulong)(long)Within<int>(value)); break;
            case FieldKind.UInt32: writer.Varint(Within<uint>(value)); break;
            case FieldKind.UInt64: writer.Varint(Within<ulong>(value)); break;
            default: writer.Varint((ulong)Within<long>(value)); break;
        }
    }

    private static T Within<T>(Int128 value)
        where T : System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T> =>
        value >= Int128.CreateChecked(T.MinValue) && value <= Int128.CreateChecked(T.MaxValue)
            ? T.CreateChecked(value)
            : throw new JsonFormatException($"{value} is out of range {T.MinValue} to {T.MaxValue}");

    /// <summary>A whole number, as a JSON number or string; 1.0 and 1e3 are whole.</summary>
    private static Int128 Whole(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => throw Expected("a whole number", value),
        };
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && decimal.IsInteger(number)
            ? (Int128)number
            : throw Expected("a whole number", value);
    }

    private static bool Boolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("true or false", value),
    };

    private static float Single(JsonElement value)
    {
        var number = Float(value);
        return !double.IsFinite(number) || Math.Abs(number) <= float.MaxValue ? (float)number : throw new JsonFormatException($"{number} is out of range");
    }

    private static double Float(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number):
                return number;
            case JsonValueKind.String:
                var text = value.GetString()!;
                if (text is "NaN")
                    return double.NaN;
                if (text is "Infinity" or "-Infinity")
                    return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed))
                    return parsed;
                break;
        }

        throw Expected("a number", value);
    }

    private static int EnumNumber(EnumSchema type, JsonElement value)
    {
        if (type.FullName == "google.protobuf.NullValue" && value.ValueKind == JsonValueKind.Null)
            return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        if (value.ValueKind == JsonValueKind.String && type.ByName.TryGetValue(value.GetString()!, out var named))
            return named;
        throw Expected("one of " + string.Join(", ", type.ByName.Keys), value);
    }

    private static byte[] Base64(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        try
        {
            return Convert.FromBase64String(standard + new string('=', (4 - (standard.Length % 4)) % 4));
        }
        catch (FormatException)
        {
            throw new JsonFormatException("expected base64");
        }
    }

    private static byte[]? NullIfEmpty(byte[] bytes) => bytes.Length == 0 ? null : bytes;
}
