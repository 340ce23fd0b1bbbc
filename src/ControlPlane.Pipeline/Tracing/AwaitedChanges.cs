namespace ControlPlane.Pipeline.Tracing;

/// <summary>The traced changes that one stream was told of and has not answered. Filled by the engine's thread, emptied by the stream's.</summary>
internal sealed class AwaitedChanges
{
    // A client that answers nothing while the mesh goes on changing: the oldest traces do without it.
    private const int Max = 32;

    private readonly Lock _lock = new();
    private readonly List<(ChangeTrace Trace, long Snapshot)> _waiting = [];
    private volatile int _count;

    public bool IsEmpty => _count == 0;

    /// <summary>Adds a change; one that a stream is told of twice is awaited once, until the later configuration is answered.</summary>
    public void Add(ChangeTrace trace, long snapshot)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 && ReferenceEquals(_waiting[^1].Trace, trace))
            {
                _waiting[^1] = (trace, Math.Max(_waiting[^1].Snapshot, snapshot));
                return;
            }

            if (_waiting.Count == Max)
            {
                _waiting[0].Trace.OnLeft();
                _waiting.RemoveAt(0);
            }

            trace.OnTold();
            _waiting.Add((trace, snapshot));
            _count = _waiting.Count;
        }
    }

    /// <summary>All up to a snapshot has been answered, refused by <paramref name="refusedBy"/> unless that is null.</summary>
    public void Acknowledge(long snapshot, string? refusedBy)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(change =>
            {
                if (change.Snapshot > snapshot)
                    return false;
                change.Trace.OnAnswered(refusedBy);
                return true;
            });
            _count = _waiting.Count;
        }
    }

    /// <summary>The stream has ended.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            foreach (var (trace, _) in _waiting)
                trace.OnLeft();
            _waiting.Clear();
            _count = 0;
        }
    }
}
