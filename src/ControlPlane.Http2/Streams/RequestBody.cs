using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ControlPlane.Http2.Streams;

/// <summary>
/// The body of a request. The connection appends, the application reads. Bytes that the application has looked at are given back to the peer's
/// windows, also where it waits for more before it takes them: or a message larger than the window would never be whole.
/// </summary>
internal sealed class RequestBody : PipeReader
{
    private readonly Lock _lock = new();
    private readonly Pipe _pipe;
    private readonly Action<int> _onExamined;
    private ReadOnlySequence<byte> _last;
    private long _examined;
    private int _held;
    private bool _closed;

    /// <summary>Creates an empty one.</summary>
    /// <param name="pool">Memory for what waits.</param>
    /// <param name="readerScheduler">Where the application goes on when bytes have come.</param>
    /// <param name="onExamined">So many bytes may come again.</param>
    public RequestBody(MemoryPool<byte> pool, PipeScheduler readerScheduler, Action<int> onExamined)
    {
        _onExamined = onExamined;

        // The window bounds what waits.
        _pipe = new Pipe(new PipeOptions(
            pool, readerScheduler, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    }

    /// <summary>Appends bytes that have come. The application may go on with them on this thread.</summary>
    /// <returns>False when nobody will read them.</returns>
    public bool TryAppend(in ReadOnlySequence<byte> data)
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            foreach (var part in data)
                _pipe.Writer.Write(part.Span);
            _held += (int)data.Length;
        }

        var flush = _pipe.Writer.FlushAsync();
        return flush.IsCompletedSuccessfully && !flush.Result.IsCompleted;
    }

    /// <summary>No more comes: the request is complete, or broken.</summary>
    public void End(Exception? failure)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
        }

        _pipe.Writer.Complete(failure);
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = _pipe.Reader.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Note(read.Result)) : AwaitAsync(read);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (!_pipe.Reader.TryRead(out result))
            return false;
        Note(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var start = _last.GetOffset(_last.Start);
        var taken = _last.GetOffset(consumed) - start;
        var seen = Math.Max(_last.GetOffset(examined) - start, _examined);
        var news = (int)(seen - _examined);
        _examined = seen - taken;
        _last = default;
        _pipe.Reader.AdvanceTo(consumed, examined);
        if (news > 0)
            GiveBack(news);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    /// <summary>The application reads no more; the memory of what waited is free.</summary>
    public override void Complete(Exception? exception = null)
    {
        int rest;
        lock (_lock)
        {
            (_closed, rest) = (true, _held);
            _pipe.Writer.Complete();
        }

        _pipe.Reader.Complete(exception);
        if (rest > 0)
            GiveBack(rest);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Note(await read.ConfigureAwait(false));

    private ReadResult Note(in ReadResult result)
    {
        _last = result.Buffer;
        return result;
    }

    private void GiveBack(int bytes)
    {
        lock (_lock)
            _held -= bytes;
        _onExamined(bytes);
    }
}
