using System.Collections.Immutable;
using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>Names one table of the snapshot: the objects of one kind. Compared by kind.</summary>
/// <param name="Kind">Kubernetes kind, e.g. Service; unique over all tables.</param>
public abstract record TableId(string Kind)
{
    private readonly int _hash = string.GetHashCode(Kind);

    /// <summary>Kubernetes kind, e.g. Service; unique over all tables.</summary>
    public string Kind { get; } = Kind;

    /// <inheritdoc/>
    public virtual bool Equals(TableId? other) => ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Kind == other.Kind);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    internal abstract ITable CreateEmpty();
}

/// <summary>Names one table and the type of its objects.</summary>
/// <typeparam name="T">Type of the objects.</typeparam>
/// <param name="Kind">Kubernetes kind.</param>
public sealed record TableId<T>(string Kind) : TableId(Kind)
    where T : MeshObject
{
    // Values that are put in place differ from those before: that was found out already.
    internal override ITable CreateEmpty() => new Table<T>(ImmutableDictionary.Create<ObjectKey, T>(null, ReferenceEqualityComparer.Instance));
}
