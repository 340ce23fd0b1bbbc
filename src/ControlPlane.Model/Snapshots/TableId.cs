using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>Names one table of the snapshot: the objects of one kind. Compared by kind.</summary>
/// <param name="Kind">Kubernetes kind, e.g. Service; unique over all tables.</param>
public abstract record TableId(string Kind)
{
    internal abstract ITable CreateEmpty();
}

/// <summary>Names one table and the type of its objects.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <param name="Kind">Kubernetes kind.</param>
public sealed record TableId<T>(string Kind) : TableId(Kind)
    where T : MeshObject
{
    internal override ITable CreateEmpty() => new Table<T>([]);
}
