namespace ControlPlane.Grpc.Wire;

/// <summary>
/// Watches flushes that wait for a peer. One timer for all of them, which runs only while some flush waits: a server with thousands of
/// idle streams has none.
/// </summary>
internal sealed class FlushWatchdog : IDisposable
{
    // How late a stall may be noticed, as a part of the timeout.
    private const int Precision = 8;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly TimeSpan _period;

    // Oldest first, since all have the same timeout.
    private readonly LinkedList<FlushGuard> _waiting = new();

    public FlushWatchdog(TimeSpan timeout, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        Timeout = timeout;
        _time = time;
        _period = timeout / Precision < LongestPeriod ? timeout / Precision : LongestPeriod;
        _timer = time.CreateTimer(_ => Tick(), null, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a flush may wait.</summary>
    public TimeSpan Timeout { get; }

    public void Dispose() => _timer.Dispose();

    internal void Add(LinkedListNode<FlushGuard> node)
    {
        lock (_lock)
        {
            node.Value.WaitingSince = _time.GetTimestamp();
            _waiting.AddLast(node);
            if (_waiting.Count == 1)
            {
                Arm();
            }
        }
    }

    internal void Remove(LinkedListNode<FlushGuard> node)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _waiting.Remove(node);
            }
        }
    }

    private void Tick()
    {
        List<FlushGuard>? stalled = null;
        lock (_lock)
        {
            while (_waiting.First is { } node && _time.GetElapsedTime(node.Value.WaitingSince) >= Timeout)
            {
                _waiting.RemoveFirst();
                (stalled ??= []).Add(node.Value);
            }

            if (_waiting.Count > 0)
            {
                Arm();
            }
        }

        // Outside of the lock: aborting a stream completes its flush, which calls back.
        foreach (var guard in stalled ?? [])
        {
            guard.OnStalled();
        }
    }

    private void Arm() => _timer.Change(_period, System.Threading.Timeout.InfiniteTimeSpan);
}
