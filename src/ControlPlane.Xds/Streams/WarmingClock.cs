namespace ControlPlane.Xds.Streams;

/// <summary>
/// Ends the wait for clusters that don't get warm. The time counts from the first thing that was held back, however often new clusters
/// come on top, so that a client is never further behind than that.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="limit">How long a wait may last.</param>
/// <param name="wake">Called when it has lasted so long, maybe more than once, on any thread.</param>
internal sealed class WarmingClock(TimeProvider time, TimeSpan limit, Action wake) : IDisposable
{
    // A timer may be early by the resolution of its clock: then it comes again.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(50);

    private ITimer? _timer;
    private long? _since;

    /// <summary>Whether what is held back has waited long enough. Costs nothing where nothing is held back.</summary>
    /// <param name="isHolding">Whether something is.</param>
    public bool IsOver(bool isHolding)
    {
        if (!isHolding)
        {
            if (_since is not null)
                _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _since = null;
            return false;
        }

        if (_since is { } since)
            return time.GetElapsedTime(since) >= limit;
        _since = time.GetTimestamp();
        _timer ??= time.CreateTimer(static w => ((Action)w!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit, Again);
        return limit == TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
