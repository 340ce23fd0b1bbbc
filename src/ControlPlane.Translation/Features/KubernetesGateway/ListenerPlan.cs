using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The listeners of a Gateway and of its ListenerSets.</summary>
/// <param name="Listeners">Those that are left, in order.</param>
/// <param name="Faults">What was left out, or is served otherwise than written, in all these objects.</param>
internal sealed record ListenerPlan(EquatableArray<BoundListener> Listeners, EquatableArray<GatewayFault> Faults)
{
    /// <summary>Of a Gateway that is not ours.</summary>
    public static ListenerPlan None { get; } = new([], []);
}
