using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class HpackDecoderErrorTests
{
    [Theory]
    [InlineData("80", "index 0")]
    [InlineData("be", "index 62 is beyond")]
    [InlineData("ffffffff07", "is beyond")]
    [InlineData("7f000161", "index 63 is beyond")] // The name of a literal: with indexing, without, never.
    [InlineData("0f2f0161", "index 62 is beyond")]
    [InlineData("1f2f0161", "index 62 is beyond")]
    public void Decode_BadIndex_IsAnError(string hex, string message) => AssertFails(hex, message);

    [Theory]
    [InlineData("ff")] // An integer that ends too soon.
    [InlineData("ff80")]
    [InlineData("ff80808080")]
    [InlineData("40")]
    [InlineData("3f")]
    [InlineData("00")]
    [InlineData("4001")] // A name, no value.
    [InlineData("400161")]
    [InlineData("04")]
    public void Decode_CutOff_IsAnError(string hex) => AssertFails(hex, "");

    [Theory]
    [InlineData("ffffffffff0f", "too large")] // 2^32 + 126.
    [InlineData("ff81ffffff07", "too large")] // 2^31.
    [InlineData("ff808080808000", "too many octets")]
    [InlineData("ffffffffffffffffffff7f", "too large")]
    [InlineData("0f80808080808000", "too many octets")]
    [InlineData("3f808080808000", "too many octets")]
    [InlineData("007f808080808000", "too many octets")]
    public void Decode_IntegerWithoutBound_IsAnError(string hex, string message) => AssertFails(hex, message);

    [Theory]
    [InlineData("ff80ffffff07", int.MaxValue)]
    [InlineData("ff8080808000", 127)] // Longer than need be, yet within the bounds.
    [InlineData("ff00", 127)]
    public void ReadInteger_WithinBounds_IsRead(string hex, int value) =>
        Assert.Equal(value, new HpackReader(Convert.FromHexString(hex)).ReadInteger(7));

    [Theory]
    [InlineData("000261")]
    [InlineData("0001610261")]
    [InlineData("007f80808001")]
    [InlineData("0001617f80ffffff07")]
    [InlineData("0082ff")]
    [InlineData("00ff80ffffff07")]
    public void Decode_StringLongerThanBlock_IsAnError(string hex) => AssertFails(hex, "longer than the rest of the block");

    [Theory]
    [InlineData("008106016161")] // Padding of zeros.
    [InlineData("000161" + "81ff")] // 8 bits of padding.
    [InlineData("000161" + "84ffffffff")] // The end of string.
    [InlineData("000161" + "82f8ff")]
    [InlineData("400161" + "81fe")]
    public void Decode_BadHuffman_IsAnError(string hex) => AssertFails(hex, "Huffman");

    [Theory]
    [InlineData("8220")]
    [InlineData("20824100" + "3f00")]
    [InlineData("000161016220")]
    public void Decode_TableSizeAfterField_IsAnError(string hex) => AssertFails(hex, "after the first field");

    [Theory]
    [InlineData("3fe21f", 4096)] // 4097.
    [InlineData("203fe21f", 4096)]
    [InlineData("21", 0)]
    [InlineData("3fe20f", 2048)] // 2049.
    public void Decode_TableSizeAboveAllowed_IsAnError(string hex, int allowed) => AssertFails(hex, $"more than the {allowed} allowed", allowed);

    [Theory]
    [InlineData("be")]
    [InlineData("00026101")]
    [InlineData("000161" + "81ff")]
    [InlineData("20")]
    [InlineData("ff")]
    public void Decode_ErrorAfterSinkSaidStop_IsAnErrorToo(string hex) => AssertFails("82" + hex, "", wanted: 1);

    private static void AssertFails(string hex, string message, int maxTableSize = 4096, int wanted = int.MaxValue)
    {
        var decoder = new HpackDecoder(maxTableSize);
        var error = Assert.Throws<Http2ConnectionException>(() => decoder.Decode(Convert.FromHexString(hex), new RecordingSink(wanted)));
        Assert.Equal(ErrorCode.CompressionError, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
