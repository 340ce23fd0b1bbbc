using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>
/// What every Kubernetes object says of itself, cut down to what the mesh looks at. The resource version and managed fields are
/// left out on purpose: an update that changes only them is no change.
/// </summary>
public sealed record ObjectMeta
{
    /// <summary>Namespace, "" for cluster-scoped kinds.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name within the namespace.</summary>
    public required string Name { get; init; }

    /// <summary>Labels.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>Annotations (those that nothing reads, such as kubectl's last-applied-configuration, are dropped on arrival).</summary>
    public LabelMap Annotations { get; init; } = LabelMap.Empty;

    /// <summary>creationTimestamp, UTC; <see cref="DateTime.MinValue"/> where it is absent, which makes the object the oldest.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => new(Namespace, Name);
}
