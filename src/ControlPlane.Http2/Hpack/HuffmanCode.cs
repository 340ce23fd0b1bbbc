namespace ControlPlane.Http2.Hpack;

/// <summary>
/// The Huffman code of strings (RFC 7541, 5.2 and appendix B). The code is canonical: among symbols in the order of their codes' lengths,
/// then of their values, each code is the one before plus one, so the lengths say it all.
/// </summary>
internal static class HuffmanCode
{
    /// <summary>The symbol that ends a string; it never occurs in one, its first bits are the padding.</summary>
    public const int EndOfString = 256;

    /// <summary>The shortest code's bits: what bounds the length of decoded strings.</summary>
    private const int ShortestCode = 5;

    private const int LongestCode = 30;

    /// <summary>As many inner nodes as a binary tree of 257 leaves has: a node's number is an octet.</summary>
    private const int Nodes = EndOfString;

    // One step of the decoder: bits 0-7 are the symbol that ends in this nibble, bits 8-15 the next node, then what else is known.
    private const uint Emits = 1 << 16;
    private const uint Fails = 1 << 17;
    private const uint MayEnd = 1 << 18;

    private static readonly uint[] Codes = AssignCodes();

    /// <summary>The step from each node by each nibble: node * 16 + nibble. A nibble ends one symbol at most, for no code is that short.</summary>
    private static readonly uint[] Steps = BuildSteps();

    /// <summary>The length of each symbol's code in bits.</summary>
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>A symbol's code, in the lowest bits, and its length in bits.</summary>
    public static (uint Code, int Length) CodeOf(int symbol) => (Codes[symbol], Lengths[symbol]);

    /// <summary>The most octets that so many encoded ones can stand for.</summary>
    public static int MaxDecodedLength(int encodedLength) => checked((int)(encodedLength * 8L / ShortestCode));

    /// <summary>Decodes a string into a buffer of at least <see cref="MaxDecodedLength"/> octets.</summary>
    /// <returns>How many octets it has; -1 when the end of string occurs in it or the padding is not the first 0 to 7 bits of that symbol.</returns>
    public static int Decode(ReadOnlySpan<byte> encoded, Span<byte> decoded)
    {
        var steps = Steps;
        uint step = MayEnd;
        int length = 0;
        foreach (byte octet in encoded)
        {
            step = steps[((step >> 4) & 0xff0) | (uint)(octet >> 4)];
            if ((step & Emits) != 0)
            {
                decoded[length++] = (byte)step;
            }
            else if ((step & Fails) != 0)
            {
                return -1;
            }

            step = steps[((step >> 4) & 0xff0) | (octet & 0xfu)];
            if ((step & Emits) != 0)
            {
                decoded[length++] = (byte)step;
            }
            else if ((step & Fails) != 0)
            {
                return -1;
            }
        }

        return (step & MayEnd) != 0 ? length : -1;
    }

    private static uint[] AssignCodes()
    {
        var codes = new uint[EndOfString + 1];
        uint next = 0;
        for (int length = 1; length <= LongestCode; length++)
        {
            next <<= 1;
            for (int symbol = 0; symbol < codes.Length; symbol++)
            {
                if (Lengths[symbol] == length)
                {
                    codes[symbol] = next++;
                }
            }
        }

        return codes;
    }

    private static uint[] BuildSteps()
    {
        var children = BuildTree();
        var mayEnd = FindEnds(children);
        var steps = new uint[Nodes * 16];
        for (int node = 0; node < Nodes; node++)
        {
            for (int nibble = 0; nibble < 16; nibble++)
            {
                steps[(node * 16) + nibble] = StepFrom(node, nibble, children, mayEnd);
            }
        }

        return steps;
    }

    private static uint StepFrom(int node, int nibble, int[,] children, bool[] mayEnd)
    {
        uint step = 0;
        for (int bit = 3; bit >= 0; bit--)
        {
            node = children[node, (nibble >> bit) & 1];
            if (node == ~EndOfString)
            {
                return Fails;
            }

            if (node < 0)
            {
                step = Emits | (uint)~node;
                node = 0;
            }
        }

        return step | ((uint)node << 8) | (mayEnd[node] ? MayEnd : 0);
    }

    /// <summary>The tree of the codes: a child is the number of an inner node, or the complement of a symbol. Node 0 is the root.</summary>
    private static int[,] BuildTree()
    {
        var children = new int[Nodes, 2];
        int made = 1;
        for (int symbol = 0; symbol <= EndOfString; symbol++)
        {
            var (code, length) = CodeOf(symbol);
            int node = 0;
            for (int bit = length - 1; bit > 0; bit--)
            {
                ref int child = ref children[node, (code >> bit) & 1];
                if (child == 0)
                {
                    child = made++;
                }

                node = child;
            }

            children[node, code & 1] = ~symbol;
        }

        return children;
    }

    /// <summary>The nodes where a string may end: after whole symbols, or after up to 7 bits of padding, all ones.</summary>
    private static bool[] FindEnds(int[,] children)
    {
        var ends = new bool[Nodes];
        int node = 0;
        for (int padding = 0; padding <= 7; padding++)
        {
            ends[node] = true;
            node = children[node, 1];
        }

        return ends;
    }
}
