using System.Collections.Immutable;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>All objects of one kind at one moment. Immutable; a successor shares what did not change.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
public sealed class Table<T> : ITable
    where T : MeshObject
{
    private readonly ImmutableDictionary<ObjectKey, T> _objects;

    internal Table(ImmutableDictionary<ObjectKey, T> objects) => _objects = objects;

    /// <summary>Number of objects.</summary>
    public int Count => _objects.Count;

    /// <summary>The objects, in no particular order.</summary>
    public IEnumerable<T> All => _objects.Values;

    IEnumerable<MeshObject> ITable.All => _objects.Values;

    /// <summary>The object of that name, or null.</summary>
    public T? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    MeshObject? ITable.Find(ObjectKey key) => Find(key);

    ITable ITable.With(ReadOnlySpan<ChangeSet.Entry> changes)
    {
        if (changes is [{ New: T only }])
            return new Table<T>(_objects.SetItem(only.Key, only));
        var builder = _objects.ToBuilder();
        foreach (var change in changes)
        {
            if (change.New is null)
                builder.Remove(change.Key);
            else
                builder[change.Key] = (T)change.New;
        }

        return new Table<T>(builder.ToImmutable());
    }
}
