namespace ControlPlane.Security.Callers;

/// <summary>
/// Budgets by key that refill evenly and hold what ten seconds bring: whoever comes back after a pause may have much at once, and nobody has more than
/// the rate for long. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">Whose budget it is.</typeparam>
/// <param name="perSecond">How much a second brings; null for no limit.</param>
/// <param name="time">Clock.</param>
public sealed class RateBudget<TKey>(double? perSecond, TimeProvider time)
    where TKey : notnull
{
    /// <summary>How much of the rate a budget holds at most.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);

    private const int MaxKeys = 50_000;

    private readonly Lock _lock = new();

    // By key the time at which its budget is whole again.
    private readonly Dictionary<TKey, long> _whole = [];

    /// <summary>The rate; null for no limit.</summary>
    public double? PerSecond => perSecond;

    /// <summary>Takes one from a budget; false where nothing is left.</summary>
    public bool TryTake(TKey key)
    {
        if (perSecond is not { } rate)
            return true;
        var price = (long)(time.TimestampFrequency / rate);
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_whole.Count >= MaxKeys)
                Forget(now);
            var from = _whole.TryGetValue(key, out var whole) ? Math.Max(whole, now) : now;
            if (time.GetElapsedTime(now, from) >= Burst)
                return false;
            _whole[key] = from + price;
            return true;
        }
    }

    // Those that are whole say nothing; where so many are not, all begin anew rather than to fill the memory.
    private void Forget(long now)
    {
        foreach (var key in _whole.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            _whole.Remove(key);
        if (_whole.Count >= MaxKeys)
            _whole.Clear();
    }
}
