namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Names an outbound route configuration of a sidecar.</summary>
/// <param name="Scope">What decides on its virtual hosts.</param>
/// <param name="Settings">What the class adds.</param>
/// <param name="Name">Its name.</param>
public sealed record RouteItem(RouteScope Scope, RouteSettings Settings, string Name);
