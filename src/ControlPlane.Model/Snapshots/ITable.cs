using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>A table whose object type is not known to the caller.</summary>
internal interface ITable
{
    MeshObject? Find(ObjectKey key);

    /// <summary>A table that has the new objects of the given entries in place of the old.</summary>
    ITable With(ReadOnlySpan<ChangeSet.Entry> changes);

    IEnumerable<MeshObject> All { get; }
}
