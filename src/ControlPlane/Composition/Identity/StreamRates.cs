using ControlPlane.Security.Identities;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// How fast one identity may open streams: a budget that refills evenly and holds what ten seconds bring, so that all pods of a service account may
/// come back at once and none of them can keep the server busy with opening streams. Safe for concurrent use.
/// </summary>
/// <param name="perSecond">How many a second; null for no limit.</param>
/// <param name="time">Clock.</param>
internal sealed class StreamRates(double? perSecond, TimeProvider time)
{
    /// <summary>How much of the rate a budget holds at most.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    // Whoever holds so many accounts is no workload; those whose budget is whole are forgotten then.
    private const int MaxIdentities = 50_000;

    private readonly Lock _lock = new();

    // By identity the time at which its budget is whole again.
    private readonly Dictionary<SpiffeId, long> _whole = [];

    /// <summary>The rate; null for no limit.</summary>
    public double? PerSecond => perSecond;

    /// <summary>Takes one stream from the budget of an identity; false where nothing is left.</summary>
    public bool TryTake(SpiffeId identity)
    {
        if (perSecond is not { } rate)
            return true;
        var price = (long)(time.TimestampFrequency / rate);
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_whole.Count >= MaxIdentities)
                Forget(now);
            var from = _whole.TryGetValue(identity, out var whole) ? Math.Max(whole, now) : now;
            if (time.GetElapsedTime(now, from) >= Burst)
                return false;
            _whole[identity] = from + price;
            return true;
        }
    }

    private void Forget(long now)
    {
        foreach (var identity in _whole.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            _whole.Remove(identity);
    }
}
