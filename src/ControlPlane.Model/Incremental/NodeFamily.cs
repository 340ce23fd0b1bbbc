using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Model.Incremental;

/// <summary>The nodes of one derivation in one graph.</summary>
internal sealed class NodeFamily<TKey, TValue>(DerivationGraph graph, Derivation<TKey, TValue> derivation)
    where TKey : notnull
{
    private readonly KeyedNodes<TKey, ValueNode<TKey, TValue>> _nodes = new();

    public DerivationGraph Graph => graph;

    public Derivation<TKey, TValue> Derivation => derivation;

    public bool TryGet(TKey key, [NotNullWhen(true)] out ValueNode<TKey, TValue>? node) => _nodes.TryGet(key, out node);

    public ValueNode<TKey, TValue> Add(TKey key)
    {
        var node = derivation.CreateNode(this, key);
        _nodes.Add(node);
        return node;
    }

    public bool Remove(ValueNode<TKey, TValue> node) => _nodes.Remove(node);
}
