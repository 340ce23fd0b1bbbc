using ControlPlane.Http2;

namespace ControlPlane.Grpc.Wire;

/// <summary>Puts the waiting flushes of one writer under a <see cref="FlushWatchdog"/>. One flush at a time.</summary>
internal sealed class FlushGuard : IFlushWatch
{
    private readonly FlushWatchdog _watchdog;
    private readonly LinkedListNode<FlushGuard> _node;
    private readonly Action _onStalled;

    public FlushGuard(FlushWatchdog watchdog, Action onStalled)
    {
        _watchdog = watchdog;
        _onStalled = onStalled;
        _node = new LinkedListNode<FlushGuard>(this);
    }

    /// <summary>Timestamp of the start of the wait; belongs to the watchdog.</summary>
    public long WaitingSince { get; set; }

    /// <inheritdoc/>
    public void Enter() => _watchdog.Add(_node);

    /// <inheritdoc/>
    public void Leave() => _watchdog.Remove(_node);

    internal void OnStalled() => _onStalled();
}
