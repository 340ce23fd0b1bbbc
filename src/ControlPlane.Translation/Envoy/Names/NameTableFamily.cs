using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>The family of NameTable resources.</summary>
public static class NameTableFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<string, string> Instance { get; } = new(XdsType.NameTable, (_, _) => [], (_, item) => item, _ => null);
}
