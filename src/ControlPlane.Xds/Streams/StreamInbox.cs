using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Streams;

/// <summary>
/// What waits for the writer of a stream: a few requests, in order, and the newest configuration. The reader of requests waits when
/// they pile up, so that a client's own flow control holds it back; configurations replace each other (X60, X61).
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="writer">The writer.</param>
internal sealed class StreamInbox(TimeProvider time, IInboxWriter writer) : IConfigObserver, IThreadPoolWorkItem
{
    /// <summary>How many requests may wait.</summary>
    public const int MaxRequests = 64;

    private readonly Lock _lock = new();

    // The first of the requests, and those behind it: mostly there is one, for which no queue is looked at.
    private IncomingRequest? _request;
    private Queue<IncomingRequest>? _laterRequests;
    private int _requests;
    private EncodedConfig? _config;
    private long _configSince;
    private bool _nudged;
    private bool _ended;
    private Exception? _failure;
    private TaskCompletionSource? _reader;

    // It goes on where a request is posted, since most are ACKs, which have no other consequence.
    private bool _writerWaits;

    /// <inheritdoc/>
    public void OnConfig(EncodedConfig config)
    {
        bool wake;
        lock (_lock)
        {
            // The time of the oldest that was not taken: how long the client has waited.
            if (_config is null)
                _configSince = time.GetTimestamp();
            _config = config;
            wake = TakeWriter();
        }

        // The engine tells many streams: none of them may speak on its thread.
        if (wake)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => writer.GoOn();

    /// <summary>Lets the writer look whether there is something to say, although neither a request nor a configuration came.</summary>
    public void Nudge()
    {
        bool wake;
        lock (_lock)
        {
            _nudged = true;
            wake = TakeWriter();
        }

        if (wake)
            writer.GoOn();
    }

    /// <summary>Adds a request; completes when there is room for another.</summary>
    public Task PostAsync(IncomingRequest request)
    {
        bool wake;
        var room = Task.CompletedTask;
        lock (_lock)
        {
            if (++_requests == 1)
                _request = request;
            else
                (_laterRequests ??= new Queue<IncomingRequest>()).Enqueue(request);
            if (_requests >= MaxRequests && !_ended)
            {
                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _reader.Task;
            }

            wake = TakeWriter();
        }

        if (wake)
            writer.GoOn();
        return room;
    }

    /// <summary>Says that no more requests come.</summary>
    /// <param name="failure">Why, unless the client has just said all it wanted to.</param>
    public void End(Exception? failure)
    {
        bool wake;
        lock (_lock)
        {
            _ended = true;
            _failure ??= failure;
            wake = TakeWriter();
        }

        if (wake)
            writer.GoOn();
    }

    /// <summary>Lets the reader go on although nobody takes what it brings.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _ended = true;
            _reader?.TrySetResult();
            _reader = null;
        }
    }

    /// <summary>The next request, if one waits.</summary>
    /// <exception cref="Exception">What <see cref="End"/> was given; requests from before are dropped.</exception>
    public bool TryTakeRequest(out IncomingRequest request)
    {
        // Nothing is missed: who then waits looks once more.
        request = null!;
        if (Volatile.Read(ref _requests) == 0 && Volatile.Read(ref _failure) is null)
            return false;
        TaskCompletionSource? reader = null;
        bool taken;
        lock (_lock)
        {
            if (_failure is not null)
                throw _failure;
            request = _request!;
            taken = _requests > 0;
            if (taken)
                _request = --_requests > 0 ? _laterRequests!.Dequeue() : null;
            if (_requests < MaxRequests)
                (reader, _reader) = (_reader, null);
        }

        reader?.TrySetResult();
        return taken;
    }

    /// <summary>The newest configuration, if one has come since the last time, and since when one waits.</summary>
    public bool TryTakeConfig(out EncodedConfig config, out long since)
    {
        (config, since) = (null!, 0);
        if (Volatile.Read(ref _config) is null)
            return false;
        lock (_lock)
        {
            config = _config!;
            since = _configSince;
            _config = null;
            return config is not null;
        }
    }

    /// <summary>
    /// Whether the writer has to wait since there is nothing to take. It is told to go on, maybe before this returns, and must not have
    /// anything more to do then.
    /// </summary>
    /// <param name="isOver">Where it has not to wait: whether nothing will come any more.</param>
    public bool MustWait(out bool isOver)
    {
        lock (_lock)
        {
            isOver = false;
            if (_failure is not null || _requests > 0 || _config is not null || _nudged)
                return _nudged = false;
            isOver = _ended;
            return _writerWaits = !_ended;
        }
    }

    private bool TakeWriter()
    {
        var waits = _writerWaits;
        _writerWaits = false;
        return waits;
    }
}
