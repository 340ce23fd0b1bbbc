namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>A clock that a test moves; one-shot timers, which is what the product uses. Timers fire on the thread of the test, so that what they start has begun.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<OneShot> _armed = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Number of timers that fall due within a time.</summary>
    public int DueWithin(TimeSpan time)
    {
        lock (_lock)
            return _armed.Count(timer => timer.Due <= _now + time);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new OneShot(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and runs the timers that fall due on the way, each at its time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (Next(end) is { } next)
            next.Fire();
        lock (_lock)
            _now = end;
    }

    private OneShot? Next(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _armed.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null)
                return null;
            _now = next.Due > _now ? next.Due : _now;
            _armed.Remove(next);
            return next;
        }
    }

    private sealed class OneShot(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._armed.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = time._now + dueTime;
                time._armed.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
                time._armed.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
