using System.Runtime.ExceptionServices;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>
/// Holds the values of derivations over the newest snapshot and computes again only what a change touches. Dependencies are
/// recorded while a derivation runs; a change marks what it may concern by walking these edges, and a marked value is computed
/// again only if something that it read really differs. Not thread-safe: it belongs to the single writer.
/// </summary>
public sealed class DerivationGraph
{
    private readonly Dictionary<Derivation, object> _families = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Derivation, DerivationCounter> _counters = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Node> _orphans = new(ReferenceEqualityComparer.Instance);

    /// <summary>Makes a graph over a snapshot.</summary>
    public DerivationGraph(MeshSnapshot snapshot)
    {
        Snapshot = snapshot;
        Inputs = new InputNodes(this);
        SetSteps = new ResourceSetSteps(this);
    }

    /// <summary>The snapshot that values are computed from.</summary>
    public MeshSnapshot Snapshot { get; private set; }

    /// <summary>How often each derivation was computed since the start: the count of the work.</summary>
    public IReadOnlyDictionary<Derivation, DerivationCounter> Counters => _counters;

    internal InputNodes Inputs { get; }

    internal ResourceSetSteps SetSteps { get; }

    /// <summary>What the computations that failed last threw: few do.</summary>
    internal Dictionary<ComputedNode, ExceptionDispatchInfo> Faults { get; } = new(ReferenceEqualityComparer.Instance);

    internal long Revision { get; private set; } = 1;

    /// <summary>Moves to a successor snapshot and marks what it may concern. Nothing is computed yet.</summary>
    public void Apply(MeshSnapshot snapshot, ChangeSet changes)
    {
        Snapshot = snapshot;
        Revision++;
        Inputs.Apply(changes, Revision);
    }

    /// <summary>The value of a derivation, brought up to date. Throws what its computation threw.</summary>
    public TValue Get<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull
    {
        var node = NodeOf(derivation, key);
        node.Ensure();
        if (node.Pins == 0 && !node.HasDependents)
            _orphans.Add(node);
        return node.Value;
    }

    /// <summary>
    /// Keeps a value although nothing else depends on it, and reports it in <see cref="TakeSuspects"/>. Nothing is computed yet. Pins are
    /// counted; those of one key give the same instance.
    /// </summary>
    public IPinnedValue<TKey, TValue> Pin<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull
    {
        var node = NodeOf(derivation, key);
        node.Pins++;
        return node;
    }

    /// <summary>Takes back one <see cref="Pin"/>.</summary>
    public void Unpin<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull
    {
        var node = NodeOf(derivation, key);
        node.Pins--;
        if (node.Pins == 0 && !node.HasDependents)
            _orphans.Add(node);
    }

    /// <summary>
    /// One derivation's pinned values that a change since the last call may concern. The caller gets them (which computes) and
    /// compares.
    /// </summary>
    public IReadOnlyList<IPinnedValue<TKey, TValue>> TakeSuspects<TKey, TValue>(Derivation<TKey, TValue> derivation)
        where TKey : notnull => FamilyOf(derivation).TakeSuspectPins();

    /// <summary>Drops values that nothing pinned needs any more. Call it when a round of work is done.</summary>
    public void Collect()
    {
        while (_orphans.Count > 0)
        {
            var round = _orphans.ToArray();
            _orphans.Clear();
            foreach (var node in round)
            {
                if (!node.HasDependents && node is not ComputedNode { Pins: > 0 })
                    node.Release();
            }
        }
    }

    /// <summary>Number of computed values that are held.</summary>
    public int ValueCount { get; private set; }

    internal ValueNode<TKey, TValue> NodeOf<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull
    {
        var family = FamilyOf(derivation);
        if (family.TryGet(key, out var node))
            return node;
        ValueCount++;
        return family.Add(key);
    }

    internal void Forget<TKey, TValue>(NodeFamily<TKey, TValue> family, ValueNode<TKey, TValue> node)
        where TKey : notnull
    {
        if (family.Remove(node))
            ValueCount--;
    }

    internal void Detach(Node dependency, Node dependent)
    {
        dependency.RemoveDependent(dependent);
        if (!dependency.HasDependents)
            _orphans.Add(dependency);
    }

    internal DerivationCounter CounterOf(Derivation derivation)
    {
        if (!_counters.TryGetValue(derivation, out var counter))
            _counters[derivation] = counter = new DerivationCounter();
        return counter;
    }

    private NodeFamily<TKey, TValue> FamilyOf<TKey, TValue>(Derivation<TKey, TValue> derivation)
        where TKey : notnull
    {
        if (!_families.TryGetValue(derivation, out var family))
            _families[derivation] = family = new NodeFamily<TKey, TValue>(this, derivation);
        return (NodeFamily<TKey, TValue>)family;
    }
}
