using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>What a source says happened. A closed union: there is no third case.</summary>
public abstract record ModelChange
{
    private ModelChange(TableId table) => Table = table;

    /// <summary>The table that is concerned.</summary>
    public TableId Table { get; }

    /// <summary>One object now is so (created or updated).</summary>
    public sealed record Upsert : ModelChange
    {
        private Upsert(TableId table, MeshObject value)
            : base(table) => Value = value;

        /// <summary>The object.</summary>
        public MeshObject Value { get; }

        /// <summary>Makes the change; the type of the object is held to that of the table.</summary>
        public static Upsert Of<T>(TableId<T> table, T value)
            where T : MeshObject => new(table, value);
    }

    /// <summary>One object is gone.</summary>
    public sealed record Delete : ModelChange
    {
        /// <summary>Makes the change.</summary>
        public Delete(TableId table, ObjectKey key)
            : base(table) => Key = key;

        /// <summary>Which object.</summary>
        public ObjectKey Key { get; }
    }
}
