using ControlPlane.Translation.Envoy;
using Envoy.Config.Rbac.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>A rule as Envoy's policy.</summary>
/// <param name="Index">Its place in the AuthorizationPolicy.</param>
/// <param name="Policy">What it matches.</param>
internal sealed record TranslatedRule(int Index, Frozen<Policy> Policy);
