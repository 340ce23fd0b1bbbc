using System.Buffers;
using System.IO.Pipelines;
using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Hpack;
using ControlPlane.Http2.Streams;

namespace ControlPlane.Http2.Connections;

/// <summary>
/// Everything that one connection sends. Whoever has something to send while nobody sends becomes the sender: it writes all there is, in turn
/// for the streams, and gives it to the transport, on its own thread. Others leave what they have. So a message to an idle connection costs no
/// hop to another thread, and one at a time writes to the transport. Not more than a batch is given to it before it has taken the one before.
/// </summary>
/// <param name="output">The transport.</param>
/// <param name="watch">Hears of flushes that wait for the peer; null where nobody wants to.</param>
/// <param name="onEndWritten">A stream's END_STREAM was written; called under the gate.</param>
internal sealed class FrameOutput(PipeWriter output, IFlushWatch? watch, Action<StreamOutput> onEndWritten)
{
    // What is given to the transport at once, and what one stream sends before it is another's turn.
    private const int BatchSize = 64 * 1024;

    // Answers (to pings, settings and bad streams) that wait for a peer which does not read.
    private const int MaxControlBytes = 64 * 1024;
    private const int DefaultWindow = 65_535;

    // Made before the others, so that it lies beside this: both are looked at for each message.
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _control = new(64);
    private bool _hasControl;

    // The stream whose turn it is, and those behind it. Mostly there is one: no queue is looked at for it.
    private StreamOutput? _next;
    private Queue<StreamOutput>? _ready;

    // The first of those whose flush waits for the transport.
    private StreamOutput? _withTransport;
    private long _window = DefaultWindow;
    private bool _tableEmptied;
    private bool _sending;
    private bool _broken;
    private bool _isOver;
    private TaskCompletionSource? _idle;

    /// <summary>Guards this and the outputs of all streams.</summary>
    public Lock Gate => _gate;

    /// <summary>The window that new streams begin with. Under the gate.</summary>
    public int InitialWindow { get; private set; } = DefaultWindow;

    /// <summary>Takes frames that go out before all others, with the next send. Under the gate.</summary>
    public IBufferWriter<byte> Control
    {
        get
        {
            _hasControl = true;
            return _control;
        }
    }

    /// <summary>Whether the peer leaves more answers unread than is good. Under the gate.</summary>
    public bool IsFlooded => _control.WrittenCount > MaxControlBytes;

    /// <summary>
    /// Writes a header block. The first one says that the peer's decoder need remember nothing, which it may ask for in its settings (RFC 9113, 4.3.1).
    /// Under the gate.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public int WriteHeaders(IBufferWriter<byte> target, int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        if (_tableEmptied)
            return HeaderFrames.Write(target, streamId, block, endStream);
        _tableEmptied = true;
        var first = new ArrayBufferWriter<byte>(block.Length + 1);
        HpackEncoder.WriteEmptyTable(first);
        first.Write(block);
        return HeaderFrames.Write(target, streamId, first.WrittenSpan, endStream);
    }

    /// <summary>Sends what was left by callers who can't wait.</summary>
    public void Send()
    {
        // Who left something sees it here, or else somebody has sent it meanwhile.
        if (!_hasControl && _next is null)
            return;
        lock (Gate)
        {
            if (_sending || _broken || (!_hasControl && _next is null))
                return;
            _sending = true;
        }

        Pump();
    }

    /// <summary>Flushes a stream.</summary>
    public ValueTask<FlushResult> Flush(StreamOutput stream)
    {
        var sends = false;
        lock (Gate)
        {
            stream.BeginFlush();
            Enqueue(stream);
            if (!_sending && !_broken && _next is not null)
                _sending = sends = true;
            if (!sends)
                return stream.AwaitFlush();
        }

        Pump();
        lock (Gate)
            return stream.AwaitFlush();
    }

    /// <summary>The peer takes more of the connection. Under the gate; <see cref="Send"/> follows.</summary>
    /// <returns>False when its window would be larger than can be.</returns>
    public bool TryAddWindow(int increment, IEnumerable<StreamOutput> streams)
    {
        if (_window + increment > int.MaxValue)
            return false;
        _window += increment;
        foreach (var stream in streams)
            Enqueue(stream);
        return true;
    }

    /// <summary>The peer takes more of a stream. Under the gate; <see cref="Send"/> follows.</summary>
    /// <returns>False when its window would be larger than can be.</returns>
    public bool TryAddWindow(StreamOutput stream, int increment)
    {
        if (!stream.TryAddWindow(increment))
            return false;
        Enqueue(stream);
        return true;
    }

    /// <summary>The peer has set the window of new streams anew, which changes that of all (RFC 9113, 6.9.2). Under the gate; <see cref="Send"/> follows.</summary>
    /// <returns>False when a window would be larger than can be.</returns>
    public bool TrySetInitialWindow(int window, IEnumerable<StreamOutput> streams)
    {
        var change = window - InitialWindow;
        InitialWindow = window;
        return streams.All(stream => TryAddWindow(stream, change));
    }

    /// <summary>Sends the last answers; completes when nobody uses the transport any more. The streams are closed already.</summary>
    public Task CloseAsync()
    {
        Send();
        lock (Gate)
        {
            _isOver = true;
            if (!_sending)
            {
                _broken = true;
                return Task.CompletedTask;
            }

            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void Enqueue(StreamOutput stream)
    {
        if (stream.IsQueued || !stream.CanSend(_window))
            return;
        stream.IsQueued = true;
        if (_next is null)
            _next = stream;
        else
            (_ready ??= new Queue<StreamOutput>()).Enqueue(stream);
    }

    private StreamOutput? TakeNext()
    {
        var stream = _next;
        _next = _ready is not null && _ready.TryDequeue(out var following) ? following : null;
        return stream;
    }

    private void Pump()
    {
        while (TryWriteBatch())
        {
            var flush = output.FlushAsync(CancellationToken.None);
            if (!flush.IsCompletedSuccessfully)
            {
                _ = PumpAfterAsync(flush);
                return;
            }

            if (!AfterFlush(flush.Result))
                return;
        }
    }

    private async Task PumpAfterAsync(ValueTask<FlushResult> flush)
    {
        FlushResult result;
        watch?.Enter();
        try
        {
            result = await flush.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection is gone; its reading side sees that too and closes the streams.
            result = new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            watch?.Leave();
        }

        if (AfterFlush(result))
            Pump();
    }

    // False, and nobody sends, when there is nothing to send.
    private bool TryWriteBatch()
    {
        lock (Gate)
        {
            var written = WriteControl();
            while (written < BatchSize && TakeNext() is { } stream)
            {
                stream.IsQueued = false;
                if (stream.IsClosed)
                    continue;
                written += stream.WriteFrames(output, ref _window, BatchSize - written);
                if (stream.TryHandToTransport())
                    (stream.FollowingWithTransport, _withTransport) = (_withTransport, stream);
                if (stream.IsEndSent)
                    onEndWritten(stream);
                Enqueue(stream);
            }

            if (written == 0)
                StopSending();
            return written > 0;
        }
    }

    private int WriteControl()
    {
        if (!_hasControl)
            return 0;
        _hasControl = false;
        var length = _control.WrittenCount;
        output.Write(_control.WrittenSpan);
        _control.ResetWrittenCount();
        return length;
    }

    private bool AfterFlush(FlushResult result)
    {
        lock (Gate)
        {
            while (_withTransport is { } stream)
            {
                (_withTransport, stream.FollowingWithTransport) = (stream.FollowingWithTransport, null);
                stream.EndFlush();
            }

            if (!result.IsCompleted && !result.IsCanceled)
                return true;
            _broken = true;
            StopSending();
            return false;
        }
    }

    private void StopSending()
    {
        _sending = false;
        _broken |= _isOver;
        _idle?.TrySetResult();
    }
}
