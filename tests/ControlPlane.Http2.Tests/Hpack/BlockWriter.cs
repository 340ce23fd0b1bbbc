using System.Text;
using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

/// <summary>Writes header blocks in any representation, so that tests choose; it knows nothing of tables.</summary>
internal sealed class BlockWriter
{
    private readonly List<byte> _octets = [];

    public byte[] Block => [.. _octets];

    public int Length => _octets.Count;

    public BlockWriter Raw(params ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    public BlockWriter Integer(byte before, int prefixBits, long value)
    {
        int most = (1 << prefixBits) - 1;
        if (value < most)
        {
            return Raw((byte)(before + value));
        }

        Raw((byte)(before + most));
        value -= most;
        while (value > 127)
        {
            Raw((byte)((value % 128) + 128));
            value /= 128;
        }

        return Raw((byte)value);
    }

    public BlockWriter Text(string text, bool huffman = false)
    {
        byte[] octets = Encoding.Latin1.GetBytes(text);
        if (huffman)
        {
            octets = Huffman(octets);
        }

        return Integer(huffman ? (byte)0x80 : (byte)0, 7, octets.Length).Raw(octets);
    }

    public BlockWriter Indexed(int index) => Integer(0x80, 7, index);

    /// <summary>A literal: 0x40 with indexing, 0x00 without, 0x10 never.</summary>
    public BlockWriter Literal(byte kind, string name, string value, bool huffman = false) =>
        Integer(kind, kind == 0x40 ? 6 : 4, 0).Text(name, huffman).Text(value, huffman);

    public BlockWriter Literal(byte kind, int nameIndex, string value, bool huffman = false) =>
        Integer(kind, kind == 0x40 ? 6 : 4, nameIndex).Text(value, huffman);

    public BlockWriter TableSize(int size) => Integer(0x20, 5, size);

    /// <summary>The code of octets, bit by bit, padded with ones.</summary>
    public static byte[] Huffman(ReadOnlySpan<byte> octets)
    {
        var bits = new StringBuilder();
        foreach (byte octet in octets)
        {
            var (code, length) = HuffmanCode.CodeOf(octet);
            bits.Append(Convert.ToString(code, 2).PadLeft(length, '0'));
        }

        return FromBits(bits.Append('1', (8 - (bits.Length % 8)) % 8).ToString());
    }

    public static byte[] FromBits(string bits) => [.. bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2))];
}
