using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>Names one object of the snapshot.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key.</param>
internal readonly record struct ObjectId(TableId Table, ObjectKey Key);
