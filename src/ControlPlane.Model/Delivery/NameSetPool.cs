namespace ControlPlane.Model.Delivery;

/// <summary>Gives equal name sets one instance while any stream holds it. Safe for concurrent use.</summary>
public sealed class NameSetPool
{
    private const int SweepEvery = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, WeakReference<NameSet>> _sets = [];
    private int _added;

    /// <summary>The pooled instance that equals <paramref name="set"/> (at a hash collision the argument itself).</summary>
    public NameSet Intern(NameSet set)
    {
        if (set.Count == 0)
            return NameSet.Empty;
        var hash = set.GetHashCode();

        // Streams that connect at the same time ask for the same names.
        lock (_lock)
        {
            if (_sets.TryGetValue(hash, out var known) && known.TryGetTarget(out var pooled))
                return pooled.Equals(set) ? pooled : set;
            _sets[hash] = new WeakReference<NameSet>(set);
            if (++_added % SweepEvery == 0)
                Sweep();
            return set;
        }
    }

    private void Sweep()
    {
        foreach (var (hash, set) in _sets)
        {
            if (!set.TryGetTarget(out _))
                _sets.Remove(hash);
        }
    }
}
