using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>One RequestAuthentication as translation reads it.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="CreationTime">Age: of rules for one issuer those of the older policy come first.</param>
/// <param name="Targets">The workloads.</param>
/// <param name="Rules">The issuers whose tokens are verified.</param>
public sealed record RequestAuthenticationSpec(ObjectKey Key, DateTime CreationTime, PolicyTargets Targets, EquatableArray<Frozen<JWTRule>> Rules) : ITargetedPolicy;
