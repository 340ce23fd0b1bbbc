using System.Globalization;
using System.Text;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Finds the fields of a message in its bytes.</summary>
internal static class WireFields
{
    /// <summary>The known fields, those of one number together in the order of their bytes, numbers rising.</summary>
    public static List<Entry> Collect(MessageSchema message, ReadOnlySpan<byte> body)
    {
        var entries = CollectInOrder(message, body);
        for (var i = 1; i < entries.Count; i++)
        {
            if (entries[i].Field < entries[i - 1].Field)
                return [.. entries.OrderBy(e => e.Field)];
        }

        return entries;
    }

    /// <summary>The known fields in the order of their bytes. A field whose wire type can't be that of its definition counts as unknown.</summary>
    public static List<Entry> CollectInOrder(MessageSchema message, ReadOnlySpan<byte> body)
    {
        var entries = new List<Entry>();
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            var index = message.IndexOf(number);
            var start = reader.Position;
            if (wireType == WireReader.Bytes)
                start = reader.Position + VarintLength(reader, out _);
            reader.Skip(wireType);
            if (index < 0)
                continue;
            var field = message.Fields[index];
            var packed = field.Repeated && wireType == WireReader.Bytes;
            if (wireType == field.WireType || packed)
                entries.Add(new Entry(index, wireType, start..reader.Position));
        }

        return entries;
    }

    /// <summary>The bytes of several values one after another.</summary>
    public static byte[] Join(List<Entry> entries, ReadOnlySpan<byte> body)
    {
        using var joined = new MemoryStream();
        foreach (var entry in entries)
            joined.Write(body[entry.Range]);
        return joined.ToArray();
    }

    /// <summary>Key, as text, and value of a map's entry; no value where it is the default.</summary>
    public static (string Key, Range? Value) MapEntry(MessageSchema entryType, ReadOnlySpan<byte> body)
    {
        string? key = null;
        Range? value = null;
        foreach (var entry in CollectInOrder(entryType, body))
        {
            if (entry.Field == 0)
                key = KeyText(entryType.Fields[0], body[entry.Range]);
            else
                value = entry.Range;
        }

        return (key ?? DefaultKey(entryType.Fields[0].Kind), value);
    }

    /// <summary>The type of a google.protobuf.Any, and where its bytes are.</summary>
    public static (string TypeUrl, Range Value) Any(ReadOnlySpan<byte> body)
    {
        const int typeUrlField = 1;
        const int valueField = 2;
        var typeUrl = "";
        var value = ..0;
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            if (number == typeUrlField && wireType == WireReader.Bytes)
                typeUrl = Encoding.UTF8.GetString(reader.ReadBytes());
            else if (number == valueField && wireType == WireReader.Bytes)
                value = BytesRange(ref reader);
            else
                reader.Skip(wireType);
        }

        return (typeUrl, value);
    }

    private static Range BytesRange(ref WireReader reader)
    {
        var length = reader.ReadBytes().Length;
        return (reader.Position - length)..reader.Position;
    }

    private static int VarintLength(WireReader reader, out ulong value)
    {
        var start = reader.Position;
        value = reader.ReadVarint();
        return reader.Position - start;
    }

    private static string KeyText(FieldSchema key, ReadOnlySpan<byte> value) => key.Kind switch
    {
        FieldKind.String => Encoding.UTF8.GetString(value),
        FieldKind.Bool => WireScalars.Integer(key.Kind, value) != 0 ? "true" : "false",
        FieldKind.UInt64 or FieldKind.Fixed64 => ((ulong)WireScalars.Integer(key.Kind, value)).ToString(CultureInfo.InvariantCulture),
        _ => WireScalars.Integer(key.Kind, value).ToString(CultureInfo.InvariantCulture),
    };

    private static string DefaultKey(FieldKind kind) => kind switch
    {
        FieldKind.String => "",
        FieldKind.Bool => "false",
        _ => "0",
    };

    /// <summary>One value of a field.</summary>
    /// <param name="Field">Index of the field.</param>
    /// <param name="WireType">How it is written.</param>
    /// <param name="Range">Where its bytes are, without tag and length.</param>
    internal readonly record struct Entry(int Field, int WireType, Range Range);
}
