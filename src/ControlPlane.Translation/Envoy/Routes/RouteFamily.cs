using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The family of Route resources.</summary>
public static class RouteFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<string, string> Instance { get; } = new(XdsType.Route, (_, _) => [], (_, item) => item, _ => null);
}
