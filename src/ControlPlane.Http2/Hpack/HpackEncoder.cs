using System.Buffers;
using System.Text;

namespace ControlPlane.Http2.Hpack;

/// <summary>
/// Writes header blocks that need no state: they refer to the static table alone and put nothing into the peer's dynamic table, so blocks may be
/// written in any order by whoever holds the connection.
/// </summary>
internal static class HpackEncoder
{
    /// <summary>The octets of the longest integer: a prefix and 5 more.</summary>
    private const int MaxInteger = 6;

    /// <summary>
    /// Writes a change of the dynamic table's size to 0, which it is allowed to be always. It belongs to the begin of a connection's first block: so a
    /// peer whose SETTINGS_HEADER_TABLE_SIZE is below 4,096 finds the acknowledgement that it must insist on (RFC 9113, 4.3.1), whatever it says later.
    /// </summary>
    public static void WriteEmptyTable(IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = 0x20;
        output.Advance(1);
    }

    /// <summary>Writes ":status", the first field of responses.</summary>
    /// <param name="output">The block.</param>
    /// <param name="status">The code, from 100 to 999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is no such code.</exception>
    public static void WriteStatus(IBufferWriter<byte> output, int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);
        int index = status switch { 200 => 8, 204 => 9, 206 => 10, 304 => 11, 400 => 12, 404 => 13, 500 => 14, _ => 0 };
        if (index != 0)
        {
            output.GetSpan(1)[0] = (byte)(0x80 | index);
            output.Advance(1);
            return;
        }

        var span = output.GetSpan(5);
        span[0] = StaticTable.Status200;
        span[1] = 3;
        span[2] = (byte)('0' + (status / 100));
        span[3] = (byte)('0' + (status / 10 % 10));
        span[4] = (byte)('0' + (status % 10));
        output.Advance(5);
    }

    /// <summary>Writes a field as a literal without indexing (RFC 7541, 6.2.2), not in the Huffman code.</summary>
    /// <param name="output">The block.</param>
    /// <param name="name">The name in lower case.</param>
    /// <param name="value">The value: each char is one octet; those beyond Latin-1 become question marks.</param>
    public static void WriteField(IBufferWriter<byte> output, string name, string value)
    {
        int index = StaticTable.IndexOf(name);
        int nameLength = index == 0 ? Encoding.Latin1.GetByteCount(name) : 0;
        int valueLength = Encoding.Latin1.GetByteCount(value);
        var span = output.GetSpan((3 * MaxInteger) + nameLength + valueLength);
        int written = WriteInteger(span, 4, index);
        if (index == 0)
        {
            written += WriteText(span[written..], name, nameLength);
        }

        written += WriteText(span[written..], value, valueLength);
        output.Advance(written);
    }

    private static int WriteText(Span<byte> span, string text, int length)
    {
        int written = WriteInteger(span, 7, length);
        return written + Encoding.Latin1.GetBytes(text, span[written..]);
    }

    /// <summary>Writes an integer (RFC 7541, 5.1); the bits before its prefix are 0.</summary>
    /// <returns>How many octets it has.</returns>
    private static int WriteInteger(Span<byte> span, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            span[0] = (byte)value;
            return 1;
        }

        span[0] = (byte)mask;
        int written = 1;
        for (value -= mask; value >= 0x80; value >>= 7)
        {
            span[written++] = (byte)(value | 0x80);
        }

        span[written++] = (byte)value;
        return written;
    }
}
