using ControlPlane.Http2.Frames;

namespace ControlPlane.Http2.Hpack;

/// <summary>Reads the primitive types of a header block (RFC 7541, 5).</summary>
internal ref struct HpackReader(ReadOnlySpan<byte> block)
{
    /// <summary>The octets that may follow an integer's prefix: enough for 32 bits; more are an attack or an error.</summary>
    private const int MaxContinuations = 5;

    private readonly ReadOnlySpan<byte> _block = block;
    private int _position;

    /// <summary>Whether all has been read.</summary>
    public readonly bool AtEnd => _position == _block.Length;

    /// <summary>The next octet, which stays; there must be one.</summary>
    public readonly byte Peek() => _block[_position];

    /// <summary>An integer whose first octet has this many bits of it (RFC 7541, 5.1); the bits before are not looked at.</summary>
    /// <exception cref="Http2ConnectionException">It is cut off, too long, or beyond <see cref="int.MaxValue"/>.</exception>
    public int ReadInteger(int prefixBits)
    {
        int mask = (1 << prefixBits) - 1;
        int prefix = ReadOctet() & mask;
        if (prefix < mask)
        {
            return prefix;
        }

        long value = mask;
        for (int i = 0; i < MaxContinuations; i++)
        {
            byte octet = ReadOctet();
            value += (octet & 0x7fL) << (7 * i);
            if (value > int.MaxValue)
            {
                throw Malformed("an integer is too large");
            }

            if (octet < 0x80)
            {
                return (int)value;
            }
        }

        throw Malformed("an integer has too many octets");
    }

    /// <summary>A string as it is in the block (RFC 7541, 5.2).</summary>
    /// <param name="isHuffman">Whether it is in the Huffman code.</param>
    /// <exception cref="Http2ConnectionException">It is cut off.</exception>
    public ReadOnlySpan<byte> ReadString(out bool isHuffman)
    {
        isHuffman = !AtEnd && (Peek() & 0x80) != 0;
        int length = ReadInteger(7);
        if (length > _block.Length - _position)
        {
            throw Malformed("a string is longer than the rest of the block");
        }

        var octets = _block.Slice(_position, length);
        _position += length;
        return octets;
    }

    /// <summary>The error for a block that breaks the format. The table's state is lost by it, hence it ends the connection (RFC 9113, 4.3).</summary>
    public static Http2ConnectionException Malformed(string why) => new(ErrorCode.CompressionError, $"Malformed header block: {why}.");

    private byte ReadOctet() => AtEnd ? throw Malformed("it ends within a field") : _block[_position++];
}
