using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>The graph's view of the snapshot: nodes for objects, index keys and tables that something reads, made on demand.</summary>
internal sealed class InputNodes(DerivationGraph graph)
{
    private readonly Dictionary<(TableId, ObjectKey), ObjectNode> _objects = [];
    private readonly Dictionary<TableId, List<IIndexNodes>> _indexes = [];
    private readonly Dictionary<object, IIndexNodes> _byIndex = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TableId, IIndexNodes> _wholeTables = [];

    public ObjectNode Object<T>(TableId<T> table, ObjectKey key)
        where T : MeshObject
    {
        if (!_objects.TryGetValue((table, key), out var node))
        {
            node = new ObjectNode(graph.Snapshot.Table(table).Find(key), () => _objects.Remove((table, key)));
            _objects[(table, key)] = node;
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
            if (_objects.TryGetValue((entry.Table, entry.Key), out var node))
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

    private interface IIndexNodes
    {
        void Apply(ChangeSet.Entry entry, long revision);
    }

    /// <summary>The groups of one index. Groups are kept while they hold an object or something reads them.</summary>
    private sealed class IndexNodes<T, TIndexKey>(TableId<T> table, Func<T, IEnumerable<TIndexKey>> keys) : IIndexNodes
        where T : MeshObject
        where TIndexKey : notnull
    {
        private readonly Dictionary<TIndexKey, Group> _groups = [];

        public TableId<T> Table { get; } = table;

        public GroupNode<T> Of(TIndexKey key)
        {
            if (!_groups.TryGetValue(key, out var group))
                _groups[key] = group = new Group(this, key);
            return group;
        }

        public void FileAll(IEnumerable<T> values)
        {
            foreach (var filed in values.SelectMany(v => keys(v).Distinct().Select(k => (Key: k, Value: v))).GroupBy(f => f.Key, f => f.Value))
                Of(filed.Key).SetAll(filed);
        }

        public void Apply(ChangeSet.Entry entry, long revision)
        {
            var touched = new HashSet<TIndexKey>();
            if (entry.Old is T old)
            {
                foreach (var key in keys(old))
                {
                    if (touched.Add(key))
                        Of(key).Remove(entry.Key);
                }
            }

            if (entry.New is T value)
            {
                foreach (var key in keys(value))
                {
                    Of(key).Set(value);
                    touched.Add(key);
                }
            }

            foreach (var key in touched)
            {
                var group = Of(key);
                group.Touch(revision);
                if (!group.HasDependents)
                    DropIfEmpty(key);
            }
        }

        private void DropIfEmpty(TIndexKey key)
        {
            if (_groups.TryGetValue(key, out var group) && group.Count == 0)
                _groups.Remove(key);
        }

        private sealed class Group(IndexNodes<T, TIndexKey> owner, TIndexKey key) : GroupNode<T>
        {
            public override void Release() => owner.DropIfEmpty(key);
        }
    }
}
