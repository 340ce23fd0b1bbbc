using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>
/// A way to find objects of a table by something other than their name: a pure function from an object to the keys under which it
/// is filed. Declared once as a static value; the graph keeps it up to date change by change.
/// </summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <typeparam name="TIndexKey">Type of the keys.</typeparam>
public sealed class TableIndex<T, TIndexKey>
    where T : MeshObject
    where TIndexKey : notnull
{
    /// <summary>Declares an index.</summary>
    /// <param name="table">The table.</param>
    /// <param name="keys">The keys of an object; duplicates are harmless.</param>
    public TableIndex(TableId<T> table, Func<T, IEnumerable<TIndexKey>> keys)
    {
        Table = table;
        Keys = keys;
    }

    /// <summary>The table.</summary>
    public TableId<T> Table { get; }

    /// <summary>The keys of an object.</summary>
    public Func<T, IEnumerable<TIndexKey>> Keys { get; }
}
