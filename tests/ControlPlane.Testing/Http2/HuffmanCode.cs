using System.Text;

namespace ControlPlane.Testing.Http2;

/// <summary>The Huffman code of HPACK (RFC 7541, appendix B), which is canonical: the lengths of the codes say all.</summary>
internal static class HuffmanCode
{
    private static readonly byte[] Lengths =
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly Dictionary<(int Length, uint Code), byte> Symbols = Assign();

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var code = 0u;
        var length = 0;
        foreach (var octet in bytes)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                code = code << 1 | (uint)(octet >> bit & 1);
                length++;
                if (Symbols.TryGetValue((length, code), out var symbol))
                {
                    text.Append((char)symbol);
                    code = 0;
                    length = 0;
                }
            }
        }

        if (length > 7 || code != (1u << length) - 1)
            throw new InvalidDataException($"HPACK: a Huffman string ends with {length} bits that are no padding.");
        return text.ToString();
    }

    private static Dictionary<(int Length, uint Code), byte> Assign()
    {
        var symbols = new Dictionary<(int Length, uint Code), byte>();
        var code = 0u;
        for (var length = 5; length <= 30; length++, code <<= 1)
        {
            for (var symbol = 0; symbol < Lengths.Length; symbol++)
            {
                if (Lengths[symbol] != length)
                    continue;
                if (symbol < 256)
                    symbols.Add((length, code), (byte)symbol);
                code++;
            }
        }

        // The loop has doubled it once more than the 30 bits of the last symbol.
        return code == 1u << 31 ? symbols : throw new InvalidOperationException("The lengths are no complete code.");
    }
}
