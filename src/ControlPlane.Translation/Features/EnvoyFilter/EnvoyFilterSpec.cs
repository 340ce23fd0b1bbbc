using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Selection;

namespace ControlPlane.Translation.Features.EnvoyFilter;

/// <summary>One EnvoyFilter as translation reads it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="CreationTime">Age: of equal priority older ones come first.</param>
/// <param name="Priority">Objects are applied in ascending order.</param>
/// <param name="Targets">The workloads; in the root namespace those of all namespaces.</param>
/// <param name="Patches">Its patches that can be read, in order.</param>
public sealed record EnvoyFilterSpec(ObjectKey Key, DateTime CreationTime, int Priority, PolicyTargets Targets, EquatableArray<EnvoyPatch> Patches);
