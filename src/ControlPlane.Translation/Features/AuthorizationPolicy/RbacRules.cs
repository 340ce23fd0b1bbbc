using Envoy.Config.Rbac.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>What one filter decides by.</summary>
/// <param name="Enforced">What it enforces; null for nothing.</param>
/// <param name="Tried">What it only tells of; null for nothing.</param>
/// <param name="ShadowPrefix">What the names begin with under which it tells.</param>
internal sealed record RbacRules(RBAC? Enforced, RBAC? Tried, string ShadowPrefix);
