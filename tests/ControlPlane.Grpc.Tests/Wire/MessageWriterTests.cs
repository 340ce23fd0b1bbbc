using System.Buffers;
using System.IO.Pipelines;
using ControlPlane.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Wire;

public sealed class MessageWriterTests
{
    // What the writer may give to the transport at once, with some room for the prefix.
    private const int Chunk = (32 * 1024) + 16;

    [Fact]
    public void WriteThenRead_AnyMixOfOwnAndSharedBytes_GivesThemBack() =>
        Prop.ForAll<(bool Shared, NonNegativeInt Length)[], bool, PositiveInt>((parts, announce, factor) =>
        {
            var segments = parts
                .Select((part, i) => (part.Shared, Bytes: Enumerable.Range(i, (part.Length.Get * factor.Get * 37) % 100_000).Select(n => (byte)n).ToArray()))
                .ToArray();
            var marshaller = MixMarshaller(announce);
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var writer = new MessageWriter(pipe.Writer, null, null);
            writer.WriteAsync(segments, marshaller, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            writer.WriteAsync(segments, marshaller, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            pipe.Writer.Complete();
            var expected = segments.SelectMany(segment => segment.Bytes).ToArray();
            var reader = new MessageReader(pipe.Reader, int.MaxValue, gzip: false);
            return Read(reader)!.SequenceEqual(expected) && Read(reader)!.SequenceEqual(expected) && Read(reader) is null;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Write_PeerReadsNothing_OnlyOneChunkIsBuffered()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var writer = new MessageWriter(pipe.Writer, null, null);
        (bool, byte[])[] message = [(true, new byte[5_000_000]), (false, new byte[5_000_000])];
        var write = writer.WriteAsync(message, MixMarshaller(announce: true), CancellationToken.None);
        Assert.False(write.IsCompleted);
        var result = await pipe.Reader.ReadAsync();
        Assert.InRange(result.Buffer.Length, 1, Chunk);
        pipe.Reader.AdvanceTo(result.Buffer.End);
        await pipe.Reader.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(() => write.AsTask());
        Assert.True(writer.IsBroken);
    }

    [Theory]
    [InlineData(10, 9)]
    [InlineData(10, 11)]
    [InlineData(100_000, 99_999)]
    [InlineData(100_000, 100_001)]
    public void Write_OtherLengthThanAnnounced_ThrowsAndWritesNothing(int announced, int written)
    {
        var pipe = new Pipe();
        var writer = new MessageWriter(pipe.Writer, null, null);
        var marshaller = Marshallers.Create<string>(
            (_, context) =>
            {
                context.SetPayloadLength(announced);
                context.GetBufferWriter().Write(new byte[written]);
                context.Complete();
            },
            _ => "");
        Assert.Throws<InvalidOperationException>(() => { _ = writer.WriteAsync("", marshaller, CancellationToken.None); });
        Assert.False(writer.IsBroken);
        pipe.Writer.Complete();
        Assert.True(pipe.Reader.TryRead(out var result));
        Assert.True(result.IsCompleted && result.Buffer.IsEmpty);
    }

    [Fact]
    public void Write_NotCompleted_Throws()
    {
        var writer = new MessageWriter(new Pipe().Writer, null, null);
        var marshaller = Marshallers.Create<string>((_, context) => context.GetBufferWriter().Write(new byte[1]), _ => "");
        var failure = Assert.Throws<InvalidOperationException>(() => { _ = writer.WriteAsync("", marshaller, CancellationToken.None); });
        Assert.Contains("did not complete", failure.Message);
    }

    private static byte[]? Read(MessageReader reader) =>
        reader.ReadAsync(Marshallers.Create(bytes => bytes, bytes => bytes), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static Marshaller<(bool Shared, byte[] Bytes)[]> MixMarshaller(bool announce) => Marshallers.Create<(bool Shared, byte[] Bytes)[]>(
        (parts, context) =>
        {
            if (announce)
            {
                context.SetPayloadLength(parts.Sum(part => part.Bytes.Length));
            }

            var writer = context.GetBufferWriter();
            foreach (var (shared, bytes) in parts)
            {
                if (shared)
                {
                    ((ISharedSegmentWriter)writer).WriteShared(bytes);
                }
                else
                {
                    writer.Write(bytes);
                }
            }

            context.Complete();
        },
        _ => []);
}
