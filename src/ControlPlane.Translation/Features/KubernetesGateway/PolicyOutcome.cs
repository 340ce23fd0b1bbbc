using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What became of a BackendTLSPolicy.</summary>
/// <param name="RootsRefusal">Why its roots can't be used; null where they can.</param>
/// <param name="Targets">Its targets in order, each with the reason why it has no effect there.</param>
internal sealed record PolicyOutcome(Refusal? RootsRefusal, EquatableArray<(Frozen<Api.PolicyTarget> Target, Refusal? Refusal)> Targets)
{
    /// <summary>Whether an annotation takes it out of force, so that it is not looked at.</summary>
    public bool IsIgnored { get; init; }
}
