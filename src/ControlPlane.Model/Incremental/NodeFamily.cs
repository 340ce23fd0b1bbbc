using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Model.Incremental;

/// <summary>The nodes of one derivation in one graph.</summary>
internal sealed class NodeFamily<TKey, TValue>(DerivationGraph graph, Derivation<TKey, TValue> derivation)
    where TKey : notnull
{
    private readonly KeyedNodes<TKey, ValueNode<TKey, TValue>> _nodes = new();
    private List<ValueNode<TKey, TValue>> _suspectPins = [];
    private DerivationCounter? _counter;

    public DerivationGraph Graph => graph;

    public Derivation<TKey, TValue> Derivation => derivation;

    public IEnumerable<ValueNode<TKey, TValue>> Nodes => _nodes.All;

    public bool TryGet(TKey key, [NotNullWhen(true)] out ValueNode<TKey, TValue>? node) => _nodes.TryGet(key, out node);

    public ValueNode<TKey, TValue> Add(TKey key)
    {
        var node = derivation.CreateNode(this, key);
        _nodes.Add(node);
        return node;
    }

    public bool Remove(ValueNode<TKey, TValue> node) => _nodes.Remove(node);

    public void CountRun(bool differs)
    {
        _counter ??= graph.CounterOf(derivation);
        _counter.Runs++;
        if (differs)
            _counter.Changes++;
    }

    public void AddSuspectPin(ValueNode<TKey, TValue> node) => _suspectPins.Add(node);

    /// <summary>The pinned nodes that a change since the last call may concern.</summary>
    public IReadOnlyList<ValueNode<TKey, TValue>> TakeSuspectPins()
    {
        if (_suspectPins.Count == 0)
            return [];
        var taken = _suspectPins;
        _suspectPins = [];
        foreach (var node in taken)
            node.OnReportTaken();
        taken.RemoveAll(static node => node.Pins == 0);
        return taken;
    }
}
