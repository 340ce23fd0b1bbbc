using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The family of Listener resources.</summary>
public static class ListenerFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<string, string> Instance { get; } = new(XdsType.Listener, (_, _) => [], (_, item) => item, _ => null);
}
