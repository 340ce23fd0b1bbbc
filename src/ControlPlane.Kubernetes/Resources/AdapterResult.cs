using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>What one Kubernetes object means to the model.</summary>
/// <param name="Changes">The objects of the model that it becomes: mostly one, none where it is refused or not used.</param>
/// <param name="Refused">The objects of the model that it would have become if it were valid: their last good values stay.</param>
/// <param name="Diagnostics">What to tell the user.</param>
internal sealed record AdapterResult(
    EquatableArray<ModelChange.Upsert> Changes, EquatableArray<ObjectId> Refused, EquatableArray<Diagnostic> Diagnostics);
