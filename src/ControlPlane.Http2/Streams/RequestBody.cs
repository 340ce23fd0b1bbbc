using System.Buffers;
using System.IO.Pipelines;

namespace ControlPlane.Http2.Streams;

/// <summary>
/// The body of a request. The connection appends, the application reads. Bytes that the application has looked at are given back to the peer's
/// windows, also where it waits for more before it takes them: or a message larger than the window would never be whole. The window bounds what
/// waits. Holds no memory while nothing does.
/// </summary>
internal sealed class RequestBody : WaitingReader, IThreadPoolWorkItem
{
    private readonly MemoryPool<byte> _pool;
    private readonly IBodyOwner _owner;

    // Lies beside this, and is the first of all that wait whenever nothing did.
    private readonly BodySegment _own = new();
    private BodySegment _first;
    private BodySegment? _end;
    private int _start;
    private long _length;
    private long _examined;
    private Exception? _failure;
    private bool _closed;
    private bool _completed;

    /// <summary>Makes an empty body.</summary>
    /// <param name="pool">Memory for what waits.</param>
    /// <param name="owner">Its stream.</param>
    public RequestBody(MemoryPool<byte> pool, IBodyOwner owner) => (_pool, _owner, _first) = (pool, owner, _own);

    private BodySegment Last => _end ?? _first;

    /// <summary>Appends bytes that have come. The application may go on with them on this thread.</summary>
    /// <returns>False when nobody will read them.</returns>
    public bool TryAppend(in ReadOnlySequence<byte> data)
    {
        bool wake;
        lock (Gate)
        {
            if (_closed || _completed)
                return false;
            foreach (var part in data)
                Append(part.Span);
            _length += data.Length;
            wake = StopWaiting();
        }

        if (wake)
            Wake();
        return true;
    }

    /// <summary>No more comes: the request is complete, or broken.</summary>
    public void End(Exception? failure)
    {
        bool wake;
        lock (Gate)
        {
            if (_closed)
                return;
            (_closed, _failure) = (true, failure);
            wake = StopWaiting();
        }

        if (wake)
            Wake();
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        int news;
        lock (Gate)
        {
            if (_completed)
                return;
            var seen = Math.Max(Offset(examined), _examined);
            news = (int)(seen - _examined);
            var taken = Offset(consumed);
            _examined = seen - taken;
            Consume(consumed, taken);
        }

        if (news > 0)
            _owner.OnExamined(news);
    }

    /// <summary>The application reads no more; the memory of what waited is free.</summary>
    public override void Complete(Exception? exception = null)
    {
        int rest;
        lock (Gate)
        {
            if (_completed)
                return;
            _completed = _closed = true;
            rest = (int)(_length - _examined);
            for (BodySegment? segment = _first, next; segment is not null; segment = next)
            {
                next = segment.Following;
                segment.Reset();
            }
        }

        if (rest > 0)
            _owner.OnExamined(rest);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => EndWait();

    /// <inheritdoc/>
    protected override bool TryTake(bool isCanceled, out ReadResult result, out Exception? failure)
    {
        result = default;
        failure = _completed ? new InvalidOperationException("Nothing is read any more.") : _failure;
        if (failure is not null)
            return true;
        if (_length == _examined && !isCanceled && !_closed)
            return false;
        result = new ReadResult(new ReadOnlySequence<byte>(_first, _start, Last, Last.Length), isCanceled, isCompleted: _closed);
        return true;
    }

    private void Wake()
    {
        if (_owner.IsAlone)
            EndWait();
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        while (true)
        {
            data = data[Last.Append(data, _pool)..];
            if (data.IsEmpty)
                return;
            var next = new BodySegment();
            Last.Follow(next);
            _end = next;
        }
    }

    // Of the bytes that wait, how many lie before it.
    private long Offset(SequencePosition position) =>
        position.GetObject() is BodySegment segment ? segment.RunningIndex + position.GetInteger() - _first.RunningIndex - _start : 0;

    private void Consume(SequencePosition consumed, long taken)
    {
        if (taken == 0)
            return;
        _length -= taken;
        var segment = (BodySegment)consumed.GetObject()!;
        while (!ReferenceEquals(_first, segment))
        {
            var next = _first.Following!;
            _first.Reset();
            _first = next;
        }

        _start = consumed.GetInteger();
        if (_length == 0)
        {
            // All blocks but the last are read already.
            _first.Reset();
            (_first, _end, _start) = (_own, null, 0);
        }
        else if (ReferenceEquals(_first, _end))
        {
            _end = null;
        }
    }
}
