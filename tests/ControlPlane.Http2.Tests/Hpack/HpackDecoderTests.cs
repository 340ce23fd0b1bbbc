using System.Diagnostics;
using ControlPlane.Http2.Hpack;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class HpackDecoderTests
{
    private const byte WithIndexing = 0x40;
    private const byte WithoutIndexing = 0x00;
    private const byte NeverIndexed = 0x10;

    [Fact]
    public void Decode_AllStaticIndices_GivesTheTable()
    {
        var writer = new BlockWriter();
        for (int index = 1; index <= 61; index++)
        {
            writer.Indexed(index);
        }

        var fields = Decode(new HpackDecoder(), writer);
        Assert.Equal(61, fields.Count);
        Assert.Equal((":authority", ""), fields[0]);
        Assert.Equal(("accept-encoding", "gzip, deflate"), fields[15]);
        Assert.Equal(("content-type", ""), fields[30]);
        Assert.Equal(("user-agent", ""), fields[57]);
        Assert.Equal(("www-authenticate", ""), fields[60]);
    }

    [Fact]
    public void Decode_EmptyBlock_GivesNothing() => Assert.Empty(Decode(new HpackDecoder(), new BlockWriter()));

    [Fact]
    public void Decode_IndexOfDynamicTable_GivesNewestFirst()
    {
        var decoder = new HpackDecoder();
        Decode(decoder, new BlockWriter().Literal(WithIndexing, "a", "1").Literal(WithIndexing, "b", "2").Literal(WithoutIndexing, "c", "3"));
        Assert.Equal([("b", "2"), ("a", "1"), ("a", "4")], Decode(decoder, new BlockWriter().Indexed(62).Indexed(63).Literal(NeverIndexed, 63, "4")));
    }

    [Fact]
    public void Decode_NameOfEntryThatItEvicts_KeepsTheName()
    {
        // RFC 7541, 4.4: the new entry may refer to the name of one that leaves for it.
        var decoder = new HpackDecoder(64);
        Decode(decoder, new BlockWriter().Literal(WithIndexing, "name", "0123456789"));
        Assert.Equal([("name", "abcdefghijklmnop")], Decode(decoder, new BlockWriter().Literal(WithIndexing, 62, "abcdefghijklmnop")));
        Assert.Equal((1, 52), (decoder.Table.Count, decoder.Table.Size));
    }

    [Fact]
    public void Decode_FieldLargerThanTable_IsGivenAndEmptiesTheTable()
    {
        var decoder = new HpackDecoder(64);
        string large = new('x', 100);
        Assert.Equal([("a", "b"), ("c", large)], Decode(decoder, new BlockWriter().Literal(WithIndexing, "a", "b").Literal(WithIndexing, "c", large)));
        Assert.Equal(0, decoder.Table.Count);
    }

    [Fact]
    public void Decode_TableSizeToZeroAndBack_EmptiesTheTable()
    {
        var decoder = new HpackDecoder();
        Decode(decoder, new BlockWriter().Literal(WithIndexing, "a", "b"));
        Assert.Equal([("c", "d")], Decode(decoder, new BlockWriter().TableSize(0).TableSize(4096).Literal(WithIndexing, "c", "d")));
        Assert.Equal((1, 34, 4096), (decoder.Table.Count, decoder.Table.Size, decoder.Table.MaxSize));
        Assert.Equal([("c", "d")], Decode(decoder, new BlockWriter().TableSize(34).Indexed(62)));
        Assert.Empty(Decode(decoder, new BlockWriter().TableSize(33)));
        Assert.Equal((0, 0, 33), (decoder.Table.Count, decoder.Table.Size, decoder.Table.MaxSize));
        Decode(decoder, new BlockWriter().Literal(WithIndexing, "a", "b"));
        Assert.Equal(0, decoder.Table.Count);
    }

    [Fact]
    public void Decode_LargerTableAllowed_BeginsWithTheDefault()
    {
        var decoder = new HpackDecoder(8192);
        Assert.Equal(4096, decoder.Table.MaxSize);
        Decode(decoder, new BlockWriter().TableSize(8192));
        Assert.Equal(8192, decoder.Table.MaxSize);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_OctetsBeyondAscii_AreCharsOfLatin1(bool huffman)
    {
        string text = string.Concat(Enumerable.Range(0, 256).Select(i => (char)i));
        Assert.Equal([(text, text)], Decode(new HpackDecoder(), new BlockWriter().Literal(WithoutIndexing, text, text, huffman)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_LongStrings_AreWhole(bool huffman)
    {
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => (char)(' ' + (i % 90))));
        Assert.Equal([("a", text)], Decode(new HpackDecoder(), new BlockWriter().Literal(WithIndexing, "a", text, huffman)));
    }

    [Theory]
    [InlineData("te", "trailers")]
    [InlineData("content-type", "application/grpc")]
    [InlineData(":method", "POST")]
    [InlineData(":path", "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")]
    [InlineData("grpc-accept-encoding", "identity")]
    [InlineData("grpc-timeout", "")]
    public void Decode_UsualTexts_AreOneString(string name, string value)
    {
        var block = new BlockWriter().Literal(WithoutIndexing, name, value).Literal(WithoutIndexing, name, value, huffman: true);
        var fields = Decode(new HpackDecoder(), block);
        Assert.Equal([(name, value), (name, value)], fields);
        Assert.Same(fields[0].Name, fields[1].Name);
        Assert.Same(fields[0].Value, fields[1].Value);
    }

    [Theory]
    [InlineData("tf")]
    [InlineData("content-tyPe")]
    [InlineData("application/grpd")]
    [InlineData("tÿ")]
    public void Decode_TextsLikeUsualOnes_AreThemselves(string text) =>
        Assert.Equal([(text, text)], Decode(new HpackDecoder(), new BlockWriter().Literal(WithoutIndexing, text, text)));

    [Fact]
    public void Decode_SinkSaysStop_KeepsTheTableAsIfNot()
    {
        string large = new('x', 5000);
        var writer = new BlockWriter()
            .Literal(WithIndexing, "a", "1").Indexed(2).Literal(WithIndexing, "b", "2", huffman: true).Literal(WithoutIndexing, "c", "3")
            .Literal(WithIndexing, 62, "4").Literal(WithIndexing, 63, "5").Indexed(62);
        var (all, stopped) = (new HpackDecoder(), new HpackDecoder());
        Decode(all, writer);
        var fields = Decode(stopped, writer, wanted: 1);
        Assert.Equal([("a", "1")], fields);
        Assert.Equal([("b", "5"), ("b", "4"), ("b", "2"), ("a", "1")], Enumerable.Range(0, stopped.Table.Count).Select(stopped.Table.Get));
        Assert.Equal(Enumerable.Range(0, all.Table.Count).Select(all.Table.Get), Enumerable.Range(0, stopped.Table.Count).Select(stopped.Table.Get));

        // The sink wants fields again in the next block; what is larger than the table empties it although nobody wants the text.
        Assert.Equal([("b", "5")], Decode(stopped, new BlockWriter().Indexed(62)));
        Decode(stopped, new BlockWriter().Indexed(62).Literal(WithIndexing, "d", large), wanted: 1);
        Assert.Equal(0, stopped.Table.Count);
        Decode(stopped, new BlockWriter().Indexed(2).Literal(WithIndexing, "a", "1").Literal(WithIndexing, large, "d", huffman: true), wanted: 1);
        Assert.Equal(0, stopped.Table.Count);
        Decode(stopped, new BlockWriter().Indexed(2).Literal(WithIndexing, "a", "1").Literal(WithIndexing, 62, large), wanted: 1);
        Assert.Equal(0, stopped.Table.Count);
    }

    [Fact]
    public void Decode_RepeatedIndexOfLargeValue_CostsNeitherTimeNorMemory()
    {
        var decoder = new HpackDecoder();
        var writer = new BlockWriter().Literal(WithIndexing, "bomb", new string('x', 4000));
        for (int i = 0; i < 1_000_000; i++)
        {
            writer.Indexed(62);
        }

        byte[] block = writer.Block;
        var sink = new RecordingSink(wanted: 10);
        var clock = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Decode(block, sink);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32_768);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(10, sink.Fields.Count);
        Assert.All(sink.Fields, field => Assert.Same(sink.Fields[0].Value, field.Value));
    }

    [Theory]
    [InlineData(WithoutIndexing, false)]
    [InlineData(NeverIndexed, true)]
    [InlineData(WithIndexing, true)] // Larger than the table, hence of no use for it.
    public void Decode_LiteralsAfterSinkSaidStop_AreNotMade(byte kind, bool huffman)
    {
        var decoder = new HpackDecoder(100);
        var writer = new BlockWriter().Indexed(2);
        for (int i = 0; i < 100; i++)
        {
            writer.Literal(kind, new string('n', 200), new string('v', 200), huffman);
        }

        byte[] block = writer.Block;
        var sink = new RecordingSink(wanted: 1);
        Decode(new HpackDecoder(100), writer, wanted: 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Decode(block, sink);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    private static List<(string Name, string Value)> Decode(HpackDecoder decoder, BlockWriter writer, int wanted = int.MaxValue)
    {
        var sink = new RecordingSink(wanted);
        decoder.Decode(writer.Block, sink);
        return sink.Fields;
    }
}
