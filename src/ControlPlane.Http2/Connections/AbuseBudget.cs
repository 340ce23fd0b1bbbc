namespace ControlPlane.Http2.Connections;

/// <summary>
/// Bounds what a peer may make us do for nothing: streams that it resets before they are answered (CVE-2023-44487) or that are refused, frames
/// without effect. What well-behaved clients do of it, say cancel all their calls at once, fits in. Not safe for concurrent use.
/// </summary>
/// <param name="maxStreams">How many streams a connection may have.</param>
/// <param name="time">The clock.</param>
internal sealed class AbuseBudget(int maxStreams, TimeProvider time)
{
    private const int Least = 100, PerSecond = 50;

    private readonly int _capacity = (2 * maxStreams) + Least;
    private double _left = (2 * maxStreams) + Least;
    private long _since = time.GetTimestamp();

    /// <summary>Counts one such thing.</summary>
    /// <returns>False when it is one too many.</returns>
    public bool TryTake()
    {
        if (_left < 1)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(_capacity, _left + (PerSecond * time.GetElapsedTime(_since, now).TotalSeconds));
            _since = now;
        }

        return --_left >= 0;
    }
}
