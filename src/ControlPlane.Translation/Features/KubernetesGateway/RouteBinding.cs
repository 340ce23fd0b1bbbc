using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Which of its parents take a route.</summary>
/// <param name="Parents">Those that do, in the order in which what is made for them is counted.</param>
/// <param name="Outcomes">What became of each reference, in order.</param>
internal sealed record RouteBinding(EquatableArray<RouteParent> Parents, EquatableArray<ParentOutcome> Outcomes);
