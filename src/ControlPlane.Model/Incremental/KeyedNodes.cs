using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Model.Incremental;

/// <summary>Nodes by their keys. A dictionary would hold each key once more, and there are many nodes.</summary>
internal sealed class KeyedNodes<TKey, TNode>
    where TKey : notnull
    where TNode : class, IKeyed<TKey>
{
    private readonly HashSet<TNode> _nodes = new(ByKey.Instance);
    private readonly HashSet<TNode>.AlternateLookup<TKey> _byKey;

    public KeyedNodes() => _byKey = _nodes.GetAlternateLookup<TKey>();

    public IEnumerable<TNode> All => _nodes;

    public bool TryGet(TKey key, [NotNullWhen(true)] out TNode? node) => _byKey.TryGetValue(key, out node);

    public void Add(TNode node) => _nodes.Add(node);

    public bool Remove(TNode node) => _nodes.Remove(node);

    private sealed class ByKey : IEqualityComparer<TNode>, IAlternateEqualityComparer<TKey, TNode>
    {
        private readonly EqualityComparer<TKey> _keys = EqualityComparer<TKey>.Default;

        public static ByKey Instance { get; } = new();

        // A key has one node only.
        public bool Equals(TNode? x, TNode? y) => ReferenceEquals(x, y);

        public int GetHashCode(TNode obj) => _keys.GetHashCode(obj.Key);

        public bool Equals(TKey alternate, TNode other) => _keys.Equals(alternate, other.Key);

        public int GetHashCode(TKey alternate) => _keys.GetHashCode(alternate);

        public TNode Create(TKey alternate) => throw new NotSupportedException();
    }
}
