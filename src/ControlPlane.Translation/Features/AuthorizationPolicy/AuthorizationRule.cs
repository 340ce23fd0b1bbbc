using ControlPlane.Translation.Envoy;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>One rule of an AuthorizationPolicy.</summary>
/// <param name="Conditions">From where, to what, and when.</param>
/// <param name="IsSound">
/// Whether nothing is wrong with it. One that is not sound grants nothing: of an ALLOW policy it is left out, of the others what can't be read of it is,
/// so that it matches more.
/// </param>
public sealed record AuthorizationRule(Frozen<Rule> Conditions, bool IsSound);
