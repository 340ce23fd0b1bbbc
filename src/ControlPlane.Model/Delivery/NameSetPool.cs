using System.Collections.Concurrent;

namespace ControlPlane.Model.Delivery;

/// <summary>Gives equal name sets one instance while any stream holds it. Safe for concurrent use.</summary>
public sealed class NameSetPool
{
    private const int SweepEvery = 1024;

    private readonly ConcurrentDictionary<int, WeakReference<NameSet>> _sets = new();
    private int _added;

    /// <summary>The pooled instance that equals <paramref name="set"/> (at a hash collision the argument itself).</summary>
    public NameSet Intern(NameSet set)
    {
        if (set.Count == 0)
            return NameSet.Empty;
        var hash = set.GetHashCode();
        if (_sets.TryGetValue(hash, out var known) && known.TryGetTarget(out var pooled))
            return pooled.Equals(set) ? pooled : set;
        _sets[hash] = new WeakReference<NameSet>(set);
        if (Interlocked.Increment(ref _added) % SweepEvery == 0)
            Sweep();
        return set;
    }

    private void Sweep()
    {
        foreach (var entry in _sets)
        {
            if (!entry.Value.TryGetTarget(out _))
                _sets.TryRemove(entry);
        }
    }
}
