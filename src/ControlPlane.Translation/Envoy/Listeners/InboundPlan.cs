using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The inbound listeners of a class.</summary>
/// <param name="Captured">The ports of the listener that takes intercepted connections, in order.</param>
/// <param name="Bound">The ports that have a listener of their own.</param>
public sealed record InboundPlan(EquatableArray<InboundChain> Captured, EquatableArray<InboundChain> Bound);
