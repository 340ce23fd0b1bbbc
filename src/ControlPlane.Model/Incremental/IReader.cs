using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>
/// The only way in which a derivation sees the world. Whatever it reads here is recorded as what its value depends on, so the
/// value is computed again when, and only when, one of these differs.
/// </summary>
public interface IReader
{
    /// <summary>The value of another derivation.</summary>
    TValue Get<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull;

    /// <summary>One object of a table, or null.</summary>
    T? Find<T>(TableId<T> table, ObjectKey key)
        where T : MeshObject;

    /// <summary>The objects filed under a key of an index, ordered by object key.</summary>
    EquatableArray<T> Lookup<T, TIndexKey>(TableIndex<T, TIndexKey> index, TIndexKey key)
        where T : MeshObject
        where TIndexKey : notnull;

    /// <summary>All objects of a table, ordered by object key. Depends on every one of them: prefer <see cref="Lookup"/>.</summary>
    EquatableArray<T> All<T>(TableId<T> table)
        where T : MeshObject;
}
