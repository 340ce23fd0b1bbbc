using System.Diagnostics;
using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Hpack;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace ControlPlane.Http2.Tests.Hpack;

public sealed class HpackPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void Decode_WhatAnyEncoderWrites_GivesTheFieldsAndTheTable() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            int maxTableSize = random.Next(3) switch { 0 => 4096, 1 => random.Next(300), _ => random.Next(10_000) };
            var (encoder, decoder) = (new RandomEncoder(random, maxTableSize), new HpackDecoder(maxTableSize));
            for (int i = 0; i < 20; i++)
            {
                var (block, fields) = encoder.Next();
                var sink = new RecordingSink(wanted: random.Next(5) == 0 ? random.Next(1, 5) : int.MaxValue);
                decoder.Decode(block, sink);
                Assert.Equal(fields.Take(sink.Fields.Count), sink.Fields);
                Assert.Equal(encoder.Dynamic, Enumerable.Range(0, decoder.Table.Count).Select(decoder.Table.Get));
                Assert.Equal(encoder.Dynamic.Sum(entry => entry.Name.Length + entry.Value.Length + 32), decoder.Table.Size);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Decode_RandomBlocks_GiveFieldsOrAnErrorOfTheConnection()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        int failed = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] block = NewBlock(random);
            var decoder = new HpackDecoder();
            try
            {
                decoder.Decode(block, new RecordingSink(wanted: random.Next(1, 50)));
                decoder.Decode(block, new RecordingSink());
            }
            catch (Http2ConnectionException e)
            {
                Assert.Equal(ErrorCode.CompressionError, e.Code);
                failed++;
            }

            Assert.Equal(Enumerable.Range(0, decoder.Table.Count).Select(decoder.Table.Get).Sum(entry => entry.Name.Length + entry.Value.Length + 32), decoder.Table.Size);
            Assert.InRange(decoder.Table.Size, 0, 4096);
        }

        output.WriteLine($"{failed} of 100,000 are malformed; {clock.Elapsed}");
        Assert.InRange(failed, 10_000, 99_999);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>Octets at random, or a good block with some faults: those get farther.</summary>
    private static byte[] NewBlock(Random random)
    {
        if (random.Next(2) == 0)
        {
            var octets = new byte[random.Next(200)];
            random.NextBytes(octets);
            return octets;
        }

        var writer = new BlockWriter();
        for (int fields = random.Next(8); fields > 0; fields--)
        {
            _ = random.Next(3) switch
            {
                0 => writer.Indexed(random.Next(1, 66)),
                1 => writer.Literal(0x40, random.Next(1, 64), new string('v', random.Next(200)), huffman: true),
                _ => writer.Literal((byte)(random.Next(2) * 0x40), "name", new string('w', random.Next(2000)), huffman: random.Next(2) == 0),
            };
        }

        byte[] block = writer.Block;
        for (int faults = random.Next(3); faults > 0 && block.Length > 0; faults--)
        {
            block[random.Next(block.Length)] = (byte)random.Next(256);
        }

        return block;
    }
}
