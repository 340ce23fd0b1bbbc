using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What became of a route at one of the parents that it names.</summary>
/// <param name="Index">Position of the reference.</param>
/// <param name="IsOurs">Whether the parent is known as this control plane's; else nobody is told but the log.</param>
/// <param name="IsMesh">Whether the parent is a service in the mesh.</param>
/// <param name="Listeners">The listeners that take the route.</param>
/// <param name="Refusal">Why the parent does not take it; null where it does.</param>
internal sealed record ParentOutcome(int Index, bool IsOurs, bool IsMesh, EquatableArray<ListenerId> Listeners, Refusal? Refusal);
