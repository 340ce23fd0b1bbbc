using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Incremental;

/// <summary>The objects filed under one key of an index, or a whole table, ordered by object key. There may be one per address of the mesh: kept small.</summary>
internal abstract class GroupNode<T> : InputNode
    where T : MeshObject
{
    private T[] _objects = [];

    public EquatableArray<T> Value => EquatableArray.Wrap(_objects);

    public int Count => _objects.Length;

    public void Set(T value)
    {
        var (index, found) = Find(value.Key);
        var next = new T[found ? _objects.Length : _objects.Length + 1];
        _objects.AsSpan(0, index).CopyTo(next);
        next[index] = value;
        _objects.AsSpan(found ? index + 1 : index).CopyTo(next.AsSpan(index + 1));
        _objects = next;
    }

    /// <summary>Files many objects at once.</summary>
    public void SetAll(IEnumerable<T> values) => _objects = [.. values.OrderBy(v => v.Key)];

    public void Remove(ObjectKey key)
    {
        var (index, found) = Find(key);
        if (found)
            _objects = [.. _objects.AsSpan(0, index), .. _objects.AsSpan(index + 1)];
    }

    private (int Index, bool Found) Find(ObjectKey key)
    {
        int low = 0, high = _objects.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _objects[middle].Key.CompareTo(key);
            if (order == 0)
                return (middle, true);
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return (low, false);
    }
}
