using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Incremental;

/// <summary>The objects filed under one key of an index, or a whole table, ordered by object key.</summary>
internal abstract class GroupNode<T>(T[] objects) : InputNode
    where T : MeshObject
{
    public EquatableArray<T> Value => EquatableArray.Wrap(Objects);

    /// <summary>The objects; an array is never written to.</summary>
    public T[] Objects { get; set; } = objects;
}
