using System.IO.Pipelines;
using ControlPlane.Grpc.Wire;

namespace ControlPlane.Grpc.Server;

/// <summary>
/// The output of a connection; a flush that waits for the socket is put under a <see cref="FlushWatchdog"/>. What one flush sends beyond the
/// first blocks goes to large ones, so that a large answer reaches the socket in few pieces and a small one takes little memory.
/// </summary>
internal sealed class WatchedPipeWriter(PipeWriter inner, FlushGuard guard) : PipeWriter
{
    // More than this waits to be flushed: the answer is a large one.
    private const int SmallAnswer = 4 * 1024;

    // What remains of the memory given last; a request for more makes the pipe take another block.
    private int _room;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        inner.Advance(bytes);
        _room -= bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var memory = inner.GetMemory(Hint(sizeHint));
        _room = memory.Length;
        return memory;
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        var span = inner.GetSpan(Hint(sizeHint));
        _room = span.Length;
        return span;
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _room = 0;
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : Watch(flush);
    }

    private int Hint(int sizeHint) =>
        _room >= Math.Max(sizeHint, 1) || inner.UnflushedBytes < SmallAnswer ? sizeHint : Math.Max(sizeHint, BlockPool.LargeBlockSize);

    private async ValueTask<FlushResult> Watch(ValueTask<FlushResult> flush)
    {
        guard.Enter();
        try
        {
            return await flush.ConfigureAwait(false);
        }
        finally
        {
            guard.Leave();
        }
    }
}
