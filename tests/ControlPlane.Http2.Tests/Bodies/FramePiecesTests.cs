using System.Buffers;
using System.IO.Pipelines;
using ControlPlane.Http2.Connections;
using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Streams;

namespace ControlPlane.Http2.Tests.Bodies;

public sealed class FramePiecesTests
{
    private const int Page = 4096;

    [Theory]
    [InlineData(200, 1)]
    [InlineData(FrameHeader.MaxPayload, 1)]
    [InlineData(2 * FrameHeader.MaxPayload, 2)]
    public async Task Flush_BodyWrittenInPages_EachFrameReachesTheTransportInOnePiece(int length, int pieces)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: Page, pauseWriterThreshold: 0));
        var frames = new FrameOutput(pipe.Writer, null, static _ => { });
        Assert.True(frames.TryAddWindow(1_000_000, []));
        var body = new StreamOutput(1, frames, MemoryPool<byte>.Shared, new Started(), int.MaxValue);
        var expected = Enumerable.Range(0, length).Select(static n => (byte)n).ToArray();
        for (var round = 0; round < 3; round++)
        {
            foreach (var page in expected.Chunk(Page))
                body.Write(page);
            await body.FlushAsync();
            var buffer = (await pipe.Reader.ReadAsync()).Buffer;
            Assert.Equal(expected, Payloads(buffer));
            Assert.InRange(Pieces(buffer), 1, pieces);
            pipe.Reader.AdvanceTo(buffer.End);
        }
    }

    private static byte[] Payloads(ReadOnlySequence<byte> buffer)
    {
        var all = new List<byte>();
        while (FrameHeader.TryRead(ref buffer, out _, out var payload))
            all.AddRange(payload.ToArray());
        Assert.True(buffer.IsEmpty);
        return [.. all];
    }

    private static int Pieces(ReadOnlySequence<byte> buffer)
    {
        var count = 0;
        foreach (var _ in buffer)
            count++;
        return count;
    }

    private sealed class Started : IResponseStart
    {
        public Task StartAsync() => Task.CompletedTask;
    }
}
