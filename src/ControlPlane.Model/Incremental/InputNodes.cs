using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>The graph's view of the snapshot: nodes for objects, index keys and tables that something reads, made on demand.</summary>
internal sealed class InputNodes(DerivationGraph graph)
{
    private readonly Dictionary<TableId, KeyedNodes<ObjectKey, ObjectNode>> _objects = [];
    private readonly Dictionary<TableId, List<IIndexNodes>> _indexes = [];
    private readonly Dictionary<object, IIndexNodes> _byIndex = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TableId, IIndexNodes> _wholeTables = [];

    public ObjectNode Object<T>(TableId<T> table, ObjectKey key)
        where T : MeshObject
    {
        if (!_objects.TryGetValue(table, out var nodes))
            _objects[table] = nodes = new KeyedNodes<ObjectKey, ObjectNode>();
        if (!nodes.TryGet(key, out var node))
        {
            node = new ObjectNode(nodes, key, graph.Snapshot.Table(table).Find(key));
            nodes.Add(node);
        }

        return node;
    }

    public GroupNode<T> Group<T, TIndexKey>(TableIndex<T, TIndexKey> index, TIndexKey key)
        where T : MeshObject
        where TIndexKey : notnull
    {
        if (!_byIndex.TryGetValue(index, out var nodes))
        {
            nodes = Add(new IndexNodes<T, TIndexKey>(index.Table, index.Keys));
            _byIndex[index] = nodes;
        }

        return ((IndexNodes<T, TIndexKey>)nodes).Of(key);
    }

    public GroupNode<T> All<T>(TableId<T> table)
        where T : MeshObject
    {
        if (!_wholeTables.TryGetValue(table, out var nodes))
        {
            nodes = Add(new IndexNodes<T, int>(table, static _ => [0]));
            _wholeTables[table] = nodes;
        }

        return ((IndexNodes<T, int>)nodes).Of(0);
    }

    public void Apply(ChangeSet changes, long revision)
    {
        foreach (var entry in changes.Entries)
        {
            if (_objects.TryGetValue(entry.Table, out var nodes) && nodes.TryGet(entry.Key, out var node))
            {
                node.Value = entry.New;
                node.Touch(revision);
            }

            if (!_indexes.TryGetValue(entry.Table, out var indexes))
                continue;
            foreach (var index in indexes)
                index.Apply(entry, revision);
        }
    }

    private IndexNodes<T, TIndexKey> Add<T, TIndexKey>(IndexNodes<T, TIndexKey> nodes)
        where T : MeshObject
        where TIndexKey : notnull
    {
        nodes.FileAll(graph.Snapshot.Table(nodes.Table).All);
        if (!_indexes.TryGetValue(nodes.Table, out var list))
            _indexes[nodes.Table] = list = [];
        list.Add(nodes);
        return nodes;
    }
}
