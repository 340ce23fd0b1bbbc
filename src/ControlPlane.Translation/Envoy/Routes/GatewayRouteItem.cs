using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Names a route configuration of a gateway.</summary>
/// <param name="Class">The class of gateways.</param>
/// <param name="Name">Its name.</param>
public sealed record GatewayRouteItem(ProxyClass Class, string Name);
