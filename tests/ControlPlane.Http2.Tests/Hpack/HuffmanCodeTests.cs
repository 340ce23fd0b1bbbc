using System.Text;
using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class HuffmanCodeTests
{
    /// <summary>The first bits of the symbol that ends strings: what padding consists of.</summary>
    private const string EndOfString = "111111111111111111111111111111";

    /// <summary>Codes of the appendix, at least one of each length.</summary>
    [Theory]
    [InlineData('0', 0x0, 5)]
    [InlineData('t', 0x9, 5)]
    [InlineData(' ', 0x14, 6)]
    [InlineData('u', 0x2d, 6)]
    [InlineData(':', 0x5c, 7)]
    [InlineData('z', 0x7b, 7)]
    [InlineData('&', 0xf8, 8)]
    [InlineData('Z', 0xfd, 8)]
    [InlineData('!', 0x3f8, 10)]
    [InlineData('?', 0x3fc, 10)]
    [InlineData('|', 0x7fc, 11)]
    [InlineData('#', 0xffa, 12)]
    [InlineData('>', 0xffb, 12)]
    [InlineData(0, 0x1ff8, 13)]
    [InlineData('~', 0x1ffd, 13)]
    [InlineData('}', 0x3ffd, 14)]
    [InlineData('{', 0x7ffe, 15)]
    [InlineData('\\', 0x7fff0, 19)]
    [InlineData(208, 0x7fff2, 19)]
    [InlineData(128, 0xfffe6, 20)]
    [InlineData(153, 0x1fffdc, 21)]
    [InlineData(129, 0x3fffd2, 22)]
    [InlineData(1, 0x7fffd8, 23)]
    [InlineData(9, 0xffffea, 24)]
    [InlineData(199, 0x1ffffec, 25)]
    [InlineData(192, 0x3ffffe0, 26)]
    [InlineData(203, 0x7ffffde, 27)]
    [InlineData(2, 0xfffffe2, 28)]
    [InlineData(249, 0xffffffe, 28)]
    [InlineData(10, 0x3ffffffc, 30)]
    [InlineData(22, 0x3ffffffe, 30)]
    [InlineData(256, 0x3fffffff, 30)]
    public void CodeOf_Symbol_IsThatOfTheAppendix(int symbol, uint code, int length) => Assert.Equal((code, length), HuffmanCode.CodeOf(symbol));

    [Fact]
    public void CodeOf_AllSymbols_IsCompleteAndFreeOfPrefixes()
    {
        // Each code stands for an interval of 30 bits; together they must cover all without overlap.
        var intervals = Enumerable.Range(0, 257).Select(HuffmanCode.CodeOf)
            .Select(code => (Begin: (long)code.Code << (30 - code.Length), End: ((long)code.Code + 1) << (30 - code.Length)))
            .Order().ToArray();
        Assert.Equal(0, intervals[0].Begin);
        Assert.All(intervals.Zip(intervals.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Begin));
        Assert.Equal(1L << 30, intervals[^1].End);
    }

    [Fact]
    public void Decode_EachPairOfOctets_GivesThemBack()
    {
        var decoded = new byte[16];
        for (int pair = 0; pair < 65536; pair++)
        {
            byte[] octets = [(byte)(pair >> 8), (byte)pair];
            int length = HuffmanCode.Decode(BlockWriter.Huffman(octets), decoded);
            Assert.True(decoded.AsSpan(0, Math.Max(0, length)).SequenceEqual(octets), $"octets {pair:x4}");
        }
    }

    [Fact]
    public void Decode_ShortestCodes_FitTheBound()
    {
        var encoded = BlockWriter.Huffman(Encoding.ASCII.GetBytes(new string('0', 1000)));
        var decoded = new byte[HuffmanCode.MaxDecodedLength(encoded.Length)];
        Assert.Equal(1000, HuffmanCode.Decode(encoded, decoded));
        Assert.Equal(1000, decoded.Length);
    }

    [Fact]
    public void Decode_NoOctets_IsEmpty() => Assert.Equal(0, HuffmanCode.Decode([], []));

    [Theory]
    [InlineData("00000" + "111", 1)]
    [InlineData("11111000" + "11111001" + "11111010", 3)]
    [InlineData("00000" + "010110" + "010110" + "1111111", 3)]
    public void Decode_PaddingOfOnesUpTo7Bits_IsAccepted(string bits, int length) =>
        Assert.Equal(length, HuffmanCode.Decode(BlockWriter.FromBits(bits), new byte[16]));

    [Theory]
    [InlineData("00000" + "110")] // Padding is not all ones.
    [InlineData("00000" + "011")]
    [InlineData("00000" + "000")]
    [InlineData("11111111")] // 8 bits of padding, and more.
    [InlineData("1111111111111111")]
    [InlineData("00000" + "11111111111")]
    [InlineData("11111000" + "11111111")]
    [InlineData(EndOfString + "11")] // The end of string, as the last and within.
    [InlineData("00000" + EndOfString + "11111")]
    [InlineData("00000" + EndOfString + "00000")]
    [InlineData("11111111" + "00")] // A code that is cut off.
    public void Decode_BadEnd_Fails(string bits) =>
        Assert.Equal(-1, HuffmanCode.Decode(BlockWriter.FromBits(bits.PadRight((bits.Length + 7) / 8 * 8, '0')), new byte[64]));
}
