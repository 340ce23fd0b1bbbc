using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>A table whose object type is not known to the caller.</summary>
internal interface ITable
{
    MeshObject? Find(ObjectKey key);

    /// <summary>A table that differs from this one in the given entries; a null object removes.</summary>
    ITable With(IEnumerable<KeyValuePair<ObjectKey, MeshObject?>> changes);

    IEnumerable<MeshObject> All { get; }
}
