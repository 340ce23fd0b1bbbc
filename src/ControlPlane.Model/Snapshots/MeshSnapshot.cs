using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>
/// Everything watched, at one moment: a table per kind. Immutable; <see cref="Apply"/> gives a successor that shares all
/// untouched tables. An object that equals the one it would replace is dropped there, so a later comparison by reference is a
/// comparison by value.
/// </summary>
public sealed class MeshSnapshot
{
    private readonly ImmutableDictionary<TableId, ITable> _tables;

    private MeshSnapshot(ImmutableDictionary<TableId, ITable> tables, long number)
    {
        _tables = tables;
        Number = number;
    }

    /// <summary>The snapshot before anything was read; number 0.</summary>
    public static MeshSnapshot Empty { get; } = new(ImmutableDictionary<TableId, ITable>.Empty, 0);

    /// <summary>Grows by one with every change set that is not empty.</summary>
    public long Number { get; }

    /// <summary>The tables that hold or held something.</summary>
    public IEnumerable<TableId> Tables => _tables.Keys;

    /// <summary>One table; an empty one where nothing of the kind was seen.</summary>
    public Table<T> Table<T>(TableId<T> id)
        where T : MeshObject => (Table<T>)(_tables.TryGetValue(id, out var table) ? table : id.CreateEmpty());

    /// <summary>All objects of one table whose type the caller does not know.</summary>
    public IEnumerable<MeshObject> Objects(TableId id) => _tables.TryGetValue(id, out var table) ? table.All : [];

    /// <summary>
    /// Applies changes in order; of several for one object the last wins. Returns this snapshot itself and an empty set where
    /// nothing differs afterwards.
    /// </summary>
    public (MeshSnapshot Snapshot, ChangeSet Changes) Apply(IEnumerable<ModelChange> changes)
    {
        var entries = new List<ChangeSet.Entry>();
        var tables = _tables;
        foreach (var (id, ofTable) in LastByTable(changes))
        {
            var table = tables.TryGetValue(id, out var found) ? found : id.CreateEmpty();
            var before = entries.Count;
            foreach (var (key, value) in ofTable)
            {
                var old = table.Find(key);
                if (!Equals(old, value))
                    entries.Add(new ChangeSet.Entry(id, key, old, value));
            }

            if (entries.Count > before)
                tables = tables.SetItem(id, table.With(CollectionsMarshal.AsSpan(entries)[before..]));
        }

        var set = new ChangeSet(entries);
        return set.IsEmpty ? (this, set) : (new MeshSnapshot(tables, Number + 1), set);
    }

    /// <summary>The last change of each object, by its table.</summary>
    private static Dictionary<TableId, Dictionary<ObjectKey, MeshObject?>> LastByTable(IEnumerable<ModelChange> changes)
    {
        var last = new Dictionary<TableId, Dictionary<ObjectKey, MeshObject?>>();
        foreach (var change in changes)
        {
            if (!last.TryGetValue(change.Table, out var ofTable))
                last[change.Table] = ofTable = [];
            switch (change)
            {
                case ModelChange.Upsert upsert:
                    ofTable[upsert.Value.Key] = upsert.Value;
                    break;
                case ModelChange.Delete delete:
                    ofTable[delete.Key] = null;
                    break;
            }
        }

        return last;
    }
}
