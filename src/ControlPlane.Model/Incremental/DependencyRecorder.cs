using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>The reader that one run of one node gets; it notes what is read.</summary>
internal sealed class DependencyRecorder(DerivationGraph graph, Node owner) : IReader
{
    private const int ListLimit = 16;

    private HashSet<Node>? _seen;

    public List<Node> Dependencies { get; } = [];

    public TValue Get<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull
    {
        var node = graph.NodeOf(derivation, key);
        Record(node);
        node.Ensure();
        return node.Value;
    }

    public T? Find<T>(TableId<T> table, ObjectKey key)
        where T : MeshObject
    {
        var node = graph.Inputs.Object(table, key);
        Record(node);
        return (T?)node.Value;
    }

    public EquatableArray<T> Lookup<T, TIndexKey>(TableIndex<T, TIndexKey> index, TIndexKey key)
        where T : MeshObject
        where TIndexKey : notnull
    {
        var node = graph.Inputs.Group(index, key);
        Record(node);
        return node.Value;
    }

    public EquatableArray<T> All<T>(TableId<T> table)
        where T : MeshObject
    {
        var node = graph.Inputs.All(table);
        Record(node);
        return node.Value;
    }

    /// <summary>Whether a node was read.</summary>
    public bool Contains(Node node) => _seen is null ? Dependencies.Contains(node) : _seen.Contains(node);

    public void Record(Node node)
    {
        if (Contains(node))
            return;
        Dependencies.Add(node);
        if (_seen is not null)
            _seen.Add(node);
        else if (Dependencies.Count > ListLimit)
            _seen = new HashSet<Node>(Dependencies, ReferenceEqualityComparer.Instance);
        node.AddDependent(owner);
    }
}
