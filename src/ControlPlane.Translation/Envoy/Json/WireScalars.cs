using System.Globalization;
using System.Text.Json;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Numbers, booleans and enums between bytes and JSON.</summary>
internal static class WireScalars
{
    private static readonly byte[] Zeros = new byte[8];

    /// <summary>The bytes of zero.</summary>
    public static ReadOnlySpan<byte> Zero(FieldSchema field) => field.WireType switch
    {
        WireReader.Eight => Zeros,
        WireReader.Four => Zeros.AsSpan(0, 4),
        _ => Zeros.AsSpan(0, 1),
    };

    /// <summary>An integer, as 64 bits whose sign is that of the kind.</summary>
    public static long Integer(FieldKind kind, ReadOnlySpan<byte> value)
    {
        var reader = new WireReader(value);
        return kind switch
        {
            FieldKind.Fixed64 or FieldKind.SFixed64 => (long)reader.ReadEight(),
            FieldKind.Fixed32 => reader.ReadFour(),
            FieldKind.SFixed32 => (int)reader.ReadFour(),
            FieldKind.SInt32 or FieldKind.SInt64 => UnZigZag(reader.ReadVarint()),
            FieldKind.Int32 or FieldKind.Enum => (int)reader.ReadVarint(),
            FieldKind.UInt32 => (uint)reader.ReadVarint(),
            _ => (long)reader.ReadVarint(),
        };
    }

    /// <summary>Writes a value; 64-bit integers as strings, what is not finite and enums by name.</summary>
    public static void Write(Utf8JsonWriter writer, FieldSchema field, ReadOnlySpan<byte> value)
    {
        var reader = new WireReader(value);
        switch (field.Kind)
        {
            case FieldKind.Double:
                Float(writer, BitConverter.UInt64BitsToDouble(reader.ReadEight()));
                break;
            case FieldKind.Float:
                var single = BitConverter.UInt32BitsToSingle(reader.ReadFour());
                if (float.IsFinite(single))
                    writer.WriteNumberValue(single);
                else
                    Float(writer, single);
                break;
            case FieldKind.Bool:
                writer.WriteBooleanValue(reader.ReadVarint() != 0);
                break;
            case FieldKind.Enum:
                Enum(writer, field, (int)Integer(field.Kind, value));
                break;
            case FieldKind.UInt64 or FieldKind.Fixed64:
                writer.WriteStringValue(((ulong)Integer(field.Kind, value)).ToString(CultureInfo.InvariantCulture));
                break;
            case FieldKind.Int64 or FieldKind.SInt64 or FieldKind.SFixed64:
                writer.WriteStringValue(Integer(field.Kind, value).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteNumberValue(Integer(field.Kind, value));
                break;
        }
    }

    private static void Enum(Utf8JsonWriter writer, FieldSchema field, int number)
    {
        if (field.Enum is { FullName: "google.protobuf.NullValue" })
            writer.WriteNullValue();
        else if (field.Enum?.ByNumber.TryGetValue(number, out var name) == true)
            writer.WriteStringValue(name);
        else
            writer.WriteNumberValue(number);
    }

    private static void Float(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
