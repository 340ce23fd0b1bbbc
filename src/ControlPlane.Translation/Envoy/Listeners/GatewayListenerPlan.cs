using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>A listener of a gateway as its Gateways and VirtualServices ask for it.</summary>
/// <param name="Address">Address or unix://path, which names it with the port.</param>
/// <param name="Port">Its port; 0 for a path.</param>
/// <param name="Chains">Its chains, in order; at least one.</param>
public sealed record GatewayListenerPlan(string Address, int Port, EquatableArray<GatewayChain> Chains)
{
    /// <summary>Its name.</summary>
    public string Name => ListenerNames.Of(Address, Port);

    /// <summary>Names of the route configurations that it refers to, sorted, each once.</summary>
    public EquatableArray<string> RouteNames =>
        Chains.OfType<GatewayChain.Http>().Select(c => c.RouteName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Address), Port, Chains.Count);
}
