using System.IO.Pipelines;
using ControlPlane.Grpc.Wire;

namespace ControlPlane.Grpc.Server;

/// <summary>The output of a connection; a flush that waits for the socket is put under a <see cref="FlushWatchdog"/>.</summary>
internal sealed class WatchedPipeWriter(PipeWriter inner, FlushGuard guard) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompleted ? flush : Watch(flush);
    }

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
