using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>What differs between two successive snapshots: for each object that changed, its old and new value. Never holds an entry whose values are equal.</summary>
public sealed class ChangeSet
{
    internal ChangeSet(IReadOnlyList<Entry> entries) => Entries = entries;

    /// <summary>The changed objects, each once.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Whether nothing changed.</summary>
    public bool IsEmpty => Entries.Count == 0;

    /// <summary>One changed object.</summary>
    /// <param name="Table">Its table.</param>
    /// <param name="Key">Its key.</param>
    /// <param name="Old">Its value before, null where it did not exist.</param>
    /// <param name="New">Its value now, null where it is gone.</param>
    public sealed record Entry(TableId Table, ObjectKey Key, MeshObject? Old, MeshObject? New);
}
