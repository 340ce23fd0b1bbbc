using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using ControlPlane.Http2.Connections;
using ControlPlane.Http2.Frames;

namespace ControlPlane.Http2.Streams;

/// <summary>
/// What one stream sends: header block, body, trailers, in this order. The application writes and flushes, one caller at a time; the connection
/// (<see cref="FrameOutput"/>) takes from it what the peer's windows allow. A flush completes when the transport has taken everything.
/// An idle stream holds no memory.
/// </summary>
/// <param name="streamId">The stream.</param>
/// <param name="connection">Sends the frames; its gate guards everything here that both sides touch.</param>
/// <param name="pool">Memory for bodies.</param>
/// <param name="response">Gives the header block with the first flush.</param>
/// <param name="window">Bytes that the peer takes at first.</param>
internal sealed class StreamOutput(int streamId, FrameOutput connection, MemoryPool<byte> pool, IResponseStart response, long window)
    : PipeWriter, IValueTaskSource<FlushResult>
{
    private ManualResetValueTaskSourceCore<FlushResult> _waiter = new() { RunContinuationsAsynchronously = true };

    // The application's side: the memory it writes to.
    private MemoryBlock _block;
    private int _used;
    private bool _isStarted;

    // Under the gate.
    private OutputSegments _segments;
    private long _unflushed;
    private long _pending;
    private ReadOnlyMemory<byte>? _head;
    private ReadOnlyMemory<byte>? _trailers;
    private EndState _end;
    private FlushState _flush;
    private bool _waiting;
    private bool _cancelNext;
    private bool _discards;

    private enum EndState
    {
        Open,
        Requested,
        Sent,
    }

    private enum FlushState
    {
        Idle,
        Requested,
        WithTransport,
    }

    /// <summary>The stream.</summary>
    public int StreamId { get; } = streamId;

    /// <summary>Bytes that the peer still takes; negative when it has made its window smaller. Under the gate.</summary>
    public long Window { get; private set; } = window;

    /// <summary>Whether the stream stands in the queue of those that have something to send. Under the gate.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The next of those that wait for the transport. Under the gate.</summary>
    public StreamOutput? FollowingWithTransport { get; set; }

    /// <summary>Whether nothing is sent any more. Under the gate.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether END_STREAM was written. Under the gate.</summary>
    public bool IsEndSent => _end == EndState.Sent;

    /// <summary>Bytes that the application has written.</summary>
    public long Written { get; private set; }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => Volatile.Read(ref _unflushed) + _used;

    private bool IsDrained => _head is null && _pending == 0 && _end != EndState.Requested;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_block.Memory.Length - _used < wanted)
        {
            if (!_block.Memory.IsEmpty)
            {
                lock (connection.Gate)
                    CloseBlock();
            }

            _block = MemoryBlock.Rent(pool, wanted);
        }

        return _block.Memory[_used..];
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _block.Memory.Length - _used);
        _used += bytes;
        Written += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (!_isStarted && response.StartAsync() is { IsCompletedSuccessfully: false } start)
            return FlushStartedAsync(start, cancellationToken);
        var flush = connection.Flush(this);
        return flush.IsCompleted || !cancellationToken.CanBeCanceled ? flush : FlushCancelableAsync(flush, cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (connection.Gate)
        {
            if (_waiting)
                Wake(new FlushResult(isCanceled: true, isCompleted: false));
            else
                _cancelNext = true;
        }
    }

    /// <summary>The body of a response ends with the response, not before.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>Gives the header block, before anything is flushed.</summary>
    /// <param name="block">The block.</param>
    /// <param name="bodiless">Whether no body may follow: what the application writes is thrown away.</param>
    public void SetHead(ReadOnlyMemory<byte> block, bool bodiless)
    {
        _isStarted = true;
        lock (connection.Gate)
        {
            if (IsClosed)
                return;
            _head = block;
            _discards = bodiless;
            if (!bodiless)
                return;
            _unflushed = 0;
            _segments.Clear();
        }
    }

    /// <summary>Sends what is left, then the trailers if there are any, and ends this side of the stream.</summary>
    public ValueTask<FlushResult> EndAsync(ReadOnlyMemory<byte>? trailers)
    {
        lock (connection.Gate)
        {
            CloseBlock();
            if (_end == EndState.Open && !IsClosed)
                (_end, _trailers) = (EndState.Requested, trailers);
        }

        return connection.Flush(this);
    }

    /// <summary>The application is gone; frees what it wrote and did not flush.</summary>
    public void Release()
    {
        lock (connection.Gate)
            CloseBlock();
    }

    /// <summary>Forgets what was not sent; flushes end at once from now on. Under the gate.</summary>
    public void Close()
    {
        IsClosed = true;
        _head = _trailers = null;
        _pending = _unflushed = 0;
        _segments.Clear();
        _flush = FlushState.Idle;
        if (_waiting)
            Wake(new FlushResult(isCanceled: false, isCompleted: true));
    }

    /// <summary>The peer takes more, or less. Under the gate.</summary>
    /// <returns>False when its window would be larger than can be.</returns>
    public bool TryAddWindow(int increment)
    {
        if (Window + increment > int.MaxValue)
            return false;
        Window += increment;
        return true;
    }

    /// <summary>Takes what was written since the last flush. Under the gate, by the one who flushes.</summary>
    public void BeginFlush()
    {
        CloseBlock();
        if (IsClosed)
            return;
        _pending += _unflushed;
        _unflushed = 0;
        if (!IsDrained)
            _flush = FlushState.Requested;
    }

    /// <summary>Whether frames can be written now. Under the gate.</summary>
    public bool CanSend(long connectionWindow) =>
        !IsClosed && (_head is not null || (_pending > 0 ? Window > 0 && connectionWindow > 0 : _end == EndState.Requested));

    /// <summary>Writes frames, as many as the windows and the quantum allow (the last may go beyond it). Under the gate.</summary>
    /// <returns>Bytes written.</returns>
    public int WriteFrames(PipeWriter output, ref long connectionWindow, int quantum)
    {
        var written = 0;
        if (_head is { } head)
        {
            _head = null;
            written += connection.WriteHeaders(output, StreamId, head.Span, IsLast(0));
        }

        while (_pending > 0 && written < quantum)
        {
            var length = (int)Math.Min(Math.Min(_pending, FrameHeader.MaxPayload), Math.Min(Window, connectionWindow));
            if (length <= 0)
                return written;
            Window -= length;
            connectionWindow -= length;
            WriteData(output, length, IsLast(length));
            written += FrameHeader.Size + length;
        }

        if (_pending == 0 && _end == EndState.Requested)
        {
            _end = EndState.Sent;
            if (_trailers is { } trailers)
            {
                _trailers = null;
                return written + connection.WriteHeaders(output, StreamId, trailers.Span, endStream: true);
            }

            WriteData(output, 0, last: true);
            written += FrameHeader.Size;
        }

        return written;
    }

    /// <summary>After frames were written: whether the flush now waits for the transport alone. Under the gate.</summary>
    public bool TryHandToTransport()
    {
        if (_flush != FlushState.Requested || !IsDrained)
            return false;
        _flush = FlushState.WithTransport;
        return true;
    }

    /// <summary>The transport has taken all. Under the gate.</summary>
    public void EndFlush()
    {
        if (_flush != FlushState.WithTransport)
            return;
        _flush = FlushState.Idle;
        if (_waiting)
            Wake(default);
    }

    /// <summary>The result of the flush that was begun: at once, or when it is there. Under the gate.</summary>
    public ValueTask<FlushResult> AwaitFlush()
    {
        if (_cancelNext || IsClosed || _flush == FlushState.Idle)
        {
            var result = new FlushResult(_cancelNext, IsClosed);
            _cancelNext = false;
            return new ValueTask<FlushResult>(result);
        }

        _waiter.Reset();
        _waiting = true;
        return new ValueTask<FlushResult>(this, _waiter.Version);
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);

    private async ValueTask<FlushResult> FlushStartedAsync(Task start, CancellationToken cancellationToken)
    {
        await start.ConfigureAwait(false);
        return await FlushCancelableAsync(connection.Flush(this), cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<FlushResult> FlushCancelableAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static output => ((StreamOutput)output!).CancelPendingFlush(), this);
        var result = await flush.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    // Whether a frame that takes so much of the body is the stream's last one.
    private bool IsLast(int length)
    {
        var last = length == _pending && _end == EndState.Requested && _trailers is null;
        if (last)
            _end = EndState.Sent;
        return last;
    }

    private void Wake(FlushResult result)
    {
        _waiting = false;
        _waiter.SetResult(result);
    }

    private void CloseBlock()
    {
        // What is written after the end comes too late: the peer must not see DATA after END_STREAM.
        if (_used > 0 && !IsClosed && !_discards && _end == EndState.Open)
        {
            _segments.Add(new OutputSegment(_block.Owner, _block.Memory[.._used]));
            _unflushed += _used;
        }
        else
        {
            _block.Return();
        }

        _block = default;
        _used = 0;
    }

    private void WriteData(PipeWriter output, int length, bool last)
    {
        var header = new FrameHeader(length, FrameType.Data, last ? FrameFlags.EndStream : FrameFlags.None, StreamId);
        _pending -= length;

        // In one piece: a large answer should reach the transport in few.
        var target = output.GetSpan(FrameHeader.Size + length);
        header.Write(target);
        target = target[FrameHeader.Size..];
        for (var left = length; left > 0;)
        {
            var rest = _segments.First!.Value.Rest.Span;
            var part = rest[..Math.Min(rest.Length, left)];
            part.CopyTo(target);
            target = target[part.Length..];
            left -= part.Length;
            _segments.TakeOfFirst(part.Length);
        }

        output.Advance(FrameHeader.Size + length);
    }
}
