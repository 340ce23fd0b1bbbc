using ControlPlane.Model.Collections;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The routes of one VirtualService on a gateway. Two sets are the same only if they are one instance.</summary>
/// <param name="routes">The routes, at least one.</param>
internal sealed class GatewayRouteSet(EquatableArray<Frozen<Route>> routes)
{
    /// <summary>The routes, at least one.</summary>
    public EquatableArray<Frozen<Route>> Routes => routes;
}
