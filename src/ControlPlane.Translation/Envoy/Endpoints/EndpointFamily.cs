using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>The family of Endpoint resources.</summary>
public static class EndpointFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<string, string> Instance { get; } = new(XdsType.Endpoint, (_, _) => [], (_, item) => item, _ => null);
}
