using System.Buffers;
using System.IO.Pipelines;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Wire;

namespace ControlPlane.Grpc.Tests.Server;

public sealed class WatchedPipeWriterTests
{
    private const int FrameHeader = 9;
    private const int Frame = 16 * 1024;
    private const int Page = 4096;

    [Theory]
    [InlineData(1, 200, 1)]
    [InlineData(2, Frame, 2)]
    public async Task Flush_FramesOfOneAnswer_ReachTheSocketInFewPieces(int frames, int length, int pieces)
    {
        using var pool = new BlockPool();
        var pipe = new Pipe(new PipeOptions(pool, minimumSegmentSize: Page, pauseWriterThreshold: 0));
        using var watchdog = new FlushWatchdog(TimeSpan.FromSeconds(1), TimeProvider.System);
        var writer = new WatchedPipeWriter(pipe.Writer, new FlushGuard(watchdog, static () => { }));
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < frames; i++)
            {
                writer.GetSpan(FrameHeader)[..FrameHeader].Clear();
                writer.Advance(FrameHeader);
                writer.Write(Enumerable.Repeat((byte)(i + 1), length).ToArray());
            }

            await writer.FlushAsync();
            var result = await pipe.Reader.ReadAsync();
            var expected = Enumerable.Range(1, frames).SelectMany(i => new byte[FrameHeader].Concat(Enumerable.Repeat((byte)i, length)));
            Assert.Equal(expected, result.Buffer.ToArray());
            Assert.InRange(Pieces(result.Buffer), 1, pieces);
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public void Rent_SmallAndLarge_GivesBlocksOfTwoSizesAndUsesThemAgain()
    {
        using var pool = new BlockPool();
        var (small, large) = (pool.Rent(), pool.Rent(Page + 1));
        Assert.Equal((Page, BlockPool.LargeBlockSize), (small.Memory.Length, large.Memory.Length));
        small.Dispose();
        large.Dispose();
        Assert.Same(large, pool.Rent(BlockPool.LargeBlockSize));
        Assert.Same(small, pool.Rent(Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(BlockPool.LargeBlockSize + 1));
    }

    private static int Pieces(ReadOnlySequence<byte> sequence)
    {
        var count = 0;
        foreach (var _ in sequence)
            count++;
        return count;
    }
}
