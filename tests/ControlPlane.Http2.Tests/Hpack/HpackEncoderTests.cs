using System.Buffers;
using ControlPlane.Http2.Hpack;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class HpackEncoderTests
{
    [Theory]
    [InlineData(200, "88")]
    [InlineData(204, "89")]
    [InlineData(206, "8a")]
    [InlineData(304, "8b")]
    [InlineData(400, "8c")]
    [InlineData(404, "8d")]
    [InlineData(500, "8e")]
    [InlineData(415, "0803343135")]
    [InlineData(503, "0803353033")]
    [InlineData(100, "0803313030")]
    [InlineData(999, "0803393939")]
    public void WriteStatus_Status_IsAsShortAsCanBe(int status, string hex)
    {
        Assert.Equal(hex, Convert.ToHexStringLower(Write(output => HpackEncoder.WriteStatus(output, status))));
        Assert.Equal([(":status", $"{status}")], Decode(output => HpackEncoder.WriteStatus(output, status)));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(1000)]
    [InlineData(-200)]
    public void WriteStatus_NoStatus_IsRefused(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HpackEncoder.WriteStatus(new ArrayBufferWriter<byte>(), status));

    [Theory]
    [InlineData("content-type", "application/grpc", "0f10" + "10" + "6170706c69636174696f6e2f67727063")]
    [InlineData("accept-encoding", "", "0f01" + "00")]
    [InlineData("content-length", "0", "0f0d" + "01" + "30")]
    [InlineData("cookie", "a", "0f11" + "01" + "61")]
    [InlineData(":path", "/x", "04" + "02" + "2f78")]
    [InlineData("grpc-status", "0", "00" + "0b" + "677270632d737461747573" + "01" + "30")]
    [InlineData("a", "ÿé", "00" + "01" + "61" + "02" + "ffe9")]
    [InlineData("a", "€", "00" + "01" + "61" + "01" + "3f")]
    public void WriteField_Field_IsLiteralWithoutIndexing(string name, string value, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(Write(output => HpackEncoder.WriteField(output, name, value))));

    [Fact]
    public void WriteEmptyTable_DecoderWithAnyTable_EmptiesIt()
    {
        foreach (int size in (int[])[0, 100, 4096])
        {
            var decoder = new HpackDecoder(size);
            decoder.Decode(Write(HpackEncoder.WriteEmptyTable), new RecordingSink());
            Assert.Equal(0, decoder.Table.MaxSize);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(16_510)]
    [InlineData(16_511)]
    [InlineData(3_000_000)]
    public void WriteField_AnyLength_IsReadBack(int length)
    {
        string text = new('x', length);
        Assert.Equal([("n" + text, text)], Decode(output => HpackEncoder.WriteField(output, "n" + text, text)));
    }

    [Fact]
    public void WriteField_AnyTexts_AreReadBackAndLeaveNoState() =>
        Prop.ForAll<byte[], byte[]>((name, value) =>
        {
            var (nameText, valueText) = (System.Text.Encoding.Latin1.GetString(name), System.Text.Encoding.Latin1.GetString(value));
            var decoder = new HpackDecoder();
            var sink = new RecordingSink();
            decoder.Decode(Write(output => HpackEncoder.WriteField(output, nameText, valueText)), sink);
            return sink.Fields is [var field] && field == (nameText, valueText) && decoder.Table.Count == 0;
        }).QuickCheckThrowOnFailure();

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static List<(string Name, string Value)> Decode(Action<IBufferWriter<byte>> write)
    {
        var sink = new RecordingSink();
        new HpackDecoder().Decode(Write(write), sink);
        return sink.Fields;
    }
}
