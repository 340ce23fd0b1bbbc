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
            SetUnread(filed.Key, [.. filed.OrderBy(v => v.Key)]);
    }

    public void Apply(ChangeSet.Entry entry, long revision)
    {
        if (entry.New is T value)
        {
            foreach (var key in keys(value))
                Put(key, value, revision);
        }

        if (entry.Old is T old)
        {
            foreach (var key in keys(old))
                Remove(key, old, revision);
        }
    }

    /// <summary>Files an object under a key, in place of its predecessor if that stood there.</summary>
    private void Put(TIndexKey key, T value, long revision)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
        if (entry is Group group)
        {
            group.Objects = With(group.Objects, value);
            group.Touch(revision);
        }
        else
        {
            entry = entry is null || (entry is T only && only.Key == value.Key) ? value : With(Objects(entry), value);
        }
    }

    /// <summary>Takes an object away from under a key, unless its successor has taken its place.</summary>
    private void Remove(TIndexKey key, T old, long revision)
    {
        switch (_entries.GetValueOrDefault(key))
        {
            case T only when ReferenceEquals(only, old):
                _entries.Remove(key);
                break;
            case T[] several when TryRemove(several, old, out var rest):
                SetUnread(key, rest);
                break;
            case Group group when TryRemove(group.Objects, old, out var rest):
                group.Objects = rest;
                group.Touch(revision);
                break;
        }
    }

    private static T[] Objects(object? entry) => entry switch
    {
        null => [],
        T only => [only],
        Group group => group.Objects,
        _ => (T[])entry,
    };

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

    private static bool TryRemove(T[] objects, T old, out T[] rest)
    {
        var (index, found) = Find(objects, old.Key);
        var removes = found && ReferenceEquals(objects[index], old);
        rest = removes ? [.. objects.AsSpan(0, index), .. objects.AsSpan(index + 1)] : objects;
        return removes;
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
