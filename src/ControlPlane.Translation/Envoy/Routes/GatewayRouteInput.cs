using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Everything that a route configuration of a gateway is made from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hosts">Its virtual hosts, by name; at least one.</param>
public sealed record GatewayRouteInput(string Name, EquatableArray<GatewayVirtualHost> Hosts)
{
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Name), Hosts);

    /// <summary>Makes the route configuration.</summary>
    public EnvoyResource Build() => new(XdsType.Route, Name, RouteConfigurations.Of(Name, Hosts.Select(h => h.Build())));
}
