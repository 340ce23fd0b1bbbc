namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>The events of the recent past and how many each object may still have, both bounded in number. Thread-safe.</summary>
internal sealed class EventMemory(EventOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EventRecord, EventState> _events = [];
    private readonly Dictionary<EventRegarding, Allowance> _objects = [];

    /// <summary>Notes that an event happened. Null where it is one too many.</summary>
    /// <param name="record">The event.</param>
    /// <param name="mustQueue">Whether it does not already wait to be written.</param>
    public EventRecord? Note(EventRecord record, out bool mustQueue)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            mustQueue = false;
            var known = _events.GetValueOrDefault(record);
            if ((known is null && !MakeRoom()) || !Allow(record.Regarding, now))
                return null;
            mustQueue = known is not { IsWaiting: true };
            _events[record] = known is null
                ? new EventState(1, now, now) { IsWaiting = true }
                : known with { Count = known.Count + 1, Last = now, IsWaiting = true };
            return record;
        }
    }

    /// <summary>The state to write now; null where the event was given up.</summary>
    /// <param name="record">The event.</param>
    /// <param name="newName">The name of its Event, where there is none yet.</param>
    public EventState? Begin(EventRecord record, Func<string> newName)
    {
        lock (_lock)
        {
            if (!_events.TryGetValue(record, out var state))
                return null;
            return _events[record] = state with { Attempts = state.Attempts + 1, Name = state.Name.Length > 0 ? state.Name : newName() };
        }
    }

    /// <summary>Notes what the server has now. False where more has happened meanwhile.</summary>
    public bool Written(EventRecord record, int count)
    {
        lock (_lock)
        {
            var state = _events[record];
            var isAll = state.Count == count;
            _events[record] = state with { IsWritten = true, Attempts = 0, IsWaiting = !isAll };
            return isAll;
        }
    }

    /// <summary>The server has forgotten the event.</summary>
    public void Forgotten(EventRecord record)
    {
        lock (_lock)
            _events[record] = _events[record] with { Name = "", IsWritten = false };
    }

    /// <summary>Gives an event up.</summary>
    public void Remove(EventRecord record)
    {
        lock (_lock)
            _events.Remove(record);
    }

    private bool MakeRoom()
    {
        if (_events.Count < options.Capacity)
            return true;
        var oldest = _events.Where(e => !e.Value.IsWaiting).DefaultIfEmpty().MinBy(e => e.Value?.Last).Key;
        return oldest is not null && _events.Remove(oldest);
    }

    private bool Allow(EventRegarding regarding, DateTimeOffset now)
    {
        if (!_objects.TryGetValue(regarding, out var allowance))
        {
            if (_objects.Count >= options.Capacity)
                _objects.Remove(_objects.MinBy(o => o.Value.Filled).Key);
            allowance = new Allowance(options.ObjectBurst, now);
        }

        var tokens = Math.Min(options.ObjectBurst, allowance.Tokens + ((now - allowance.Filled) / options.ObjectInterval));
        _objects[regarding] = new Allowance(tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }

    /// <summary>How many events an object may still have, and when that was so.</summary>
    private readonly record struct Allowance(double Tokens, DateTimeOffset Filled);
}
