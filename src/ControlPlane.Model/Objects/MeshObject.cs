namespace ControlPlane.Model.Objects;

/// <summary>
/// Base of the nouns of the mesh: an immutable object with value equality that came from a source. Two equal objects are the same
/// to everything downstream, so the snapshot keeps the older reference of the two.
/// </summary>
public abstract record MeshObject
{
    /// <summary>Name, labels, annotations, age.</summary>
    public required ObjectMeta Meta { get; init; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => Meta.Key;
}
