using System.Text;

namespace ControlPlane.Xds.Responses;

/// <summary>The few parts of the protobuf wire format that a response needs around bytes that are encoded already.</summary>
internal static class WireFormat
{
    /// <summary>The tag of a length-delimited field with a number below 16.</summary>
    public static byte Tag(int field) => (byte)((field << 3) | 2);

    /// <summary>Bytes that a length takes.</summary>
    public static int VarintSize(int value)
    {
        var size = 1;
        for (var rest = (uint)value; rest >= 0x80; rest >>= 7)
            size++;
        return size;
    }

    /// <summary>Bytes that a length-delimited field takes, tag and length included.</summary>
    public static int FieldSize(int contentLength) => 1 + VarintSize(contentLength) + contentLength;

    /// <summary>Bytes that a string field takes; none where the string is empty, as proto3 has it.</summary>
    public static int StringSize(string text) => text.Length == 0 ? 0 : FieldSize(Encoding.UTF8.GetByteCount(text));

    /// <summary>Writes a length.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int WriteVarint(Span<byte> target, int value)
    {
        var at = 0;
        for (var rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                target[at++] = (byte)rest;
                return at;
            }

            target[at++] = (byte)(rest | 0x80);
        }
    }

    /// <summary>Writes tag and length of a field whose content follows.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int WriteHeader(Span<byte> target, int field, int contentLength)
    {
        target[0] = Tag(field);
        return 1 + WriteVarint(target[1..], contentLength);
    }

    /// <summary>Writes a string field; nothing where the string is empty.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int WriteString(Span<byte> target, int field, string text)
    {
        if (text.Length == 0)
            return 0;
        var length = Encoding.UTF8.GetByteCount(text);
        var at = WriteHeader(target, field, length);
        return at + Encoding.UTF8.GetBytes(text, target[at..]);
    }
}
