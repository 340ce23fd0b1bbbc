using System.Runtime.InteropServices;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>
/// The objects of one index by their keys. There may be a key for each address of the mesh, of which few are read: a key has a node only
/// while something reads it.
/// </summary>
internal sealed class IndexNodes<T, TIndexKey>(TableId<T> table, Func<T, IEnumerable<TIndexKey>> keys) : IIndexNodes
    where T : MeshObject
    where TIndexKey : notnull
{
    // Of each key the only object, an array of several by their keys, or the node.
    private readonly Dictionary<TIndexKey, object> _entries = [];

    public TableId<T> Table { get; } = table;

    public GroupNode<T> Of(TIndexKey key)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
        if (entry is not Group group)
            entry = group = new Group(this, key, Objects(entry));
        return group;
    }

    public void FileAll(IEnumerable<T> values)
    {
        foreach (var filed in values.SelectMany(v => keys(v).Distinct().Select(k => (Key: k, Value: v))).GroupBy(f => f.Key, f => f.Value))
            Set(filed.Key, [.. filed.OrderBy(v => v.Key)]);
    }

    public void Apply(ChangeSet.Entry entry, long revision)
    {
        var touched = new HashSet<TIndexKey>();
        if (entry.Old is T old)
        {
            foreach (var key in keys(old))
            {
                if (touched.Add(key))
                    Set(key, Without(Objects(_entries.GetValueOrDefault(key)), entry.Key));
            }
        }

        if (entry.New is T value)
        {
            foreach (var key in keys(value))
            {
                Set(key, With(Objects(_entries.GetValueOrDefault(key)), value));
                touched.Add(key);
            }
        }

        foreach (var key in touched)
        {
            if (_entries.GetValueOrDefault(key) is Group group)
                group.Touch(revision);
        }
    }

    private static T[] Objects(object? entry) => entry switch
    {
        null => [],
        T only => [only],
        Group group => group.Objects,
        _ => (T[])entry,
    };

    private void Set(TIndexKey key, T[] objects)
    {
        if (_entries.GetValueOrDefault(key) is Group group)
            group.Objects = objects;
        else
            SetUnread(key, objects);
    }

    private void SetUnread(TIndexKey key, T[] objects)
    {
        if (objects.Length == 0)
            _entries.Remove(key);
        else
            _entries[key] = objects.Length == 1 ? objects[0] : objects;
    }

    private static T[] With(T[] objects, T value)
    {
        var (index, found) = Find(objects, value.Key);
        return [.. objects.AsSpan(0, index), value, .. objects.AsSpan(found ? index + 1 : index)];
    }

    private static T[] Without(T[] objects, ObjectKey key)
    {
        var (index, found) = Find(objects, key);
        return found ? [.. objects.AsSpan(0, index), .. objects.AsSpan(index + 1)] : objects;
    }

    private static (int Index, bool Found) Find(T[] objects, ObjectKey key)
    {
        int low = 0, high = objects.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = objects[middle].Key.CompareTo(key);
            if (order == 0)
                return (middle, true);
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return (low, false);
    }

    private sealed class Group(IndexNodes<T, TIndexKey> owner, TIndexKey key, T[] objects) : GroupNode<T>(objects)
    {
        public override void Release() => owner.SetUnread(key, Objects);
    }
}
