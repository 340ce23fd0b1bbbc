using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Selection;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Whom a policy concerns.</summary>
/// <param name="Key">The policy.</param>
/// <param name="Targets">The workloads.</param>
internal sealed record PolicyScope(ObjectKey Key, PolicyTargets Targets);
