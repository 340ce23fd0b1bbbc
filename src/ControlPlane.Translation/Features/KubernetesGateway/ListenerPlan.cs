using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The listeners of a Gateway and of its ListenerSets.</summary>
/// <param name="Listeners">Those that are left, in order.</param>
/// <param name="Faults">What was left out, or is served otherwise than written, in all these objects.</param>
/// <param name="Outcomes">What became of each listener as written; none where no service of the Gateway is known.</param>
/// <param name="Refused">ListenerSets that the Gateway takes no listeners of.</param>
internal sealed record ListenerPlan(
    EquatableArray<BoundListener> Listeners, EquatableArray<GatewayFault> Faults, EquatableArray<ListenerOutcome> Outcomes, EquatableArray<ObjectKey> Refused)
{
    /// <summary>Of a Gateway that is not ours.</summary>
    public static ListenerPlan None { get; } = new([], [], [], []);
}
