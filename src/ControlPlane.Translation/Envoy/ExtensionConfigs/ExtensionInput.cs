using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;

namespace ControlPlane.Translation.Envoy.ExtensionConfigs;

/// <summary>Everything that the configuration of a discovered filter is made from. It may hold credentials: they never appear in a text of it.</summary>
/// <param name="Config">The configuration.</param>
public sealed record ExtensionInput(Frozen<TypedExtensionConfig> Config)
{
    /// <summary>Makes the resource.</summary>
    public EnvoyResource Build() => new(XdsType.ExtensionConfig, Config.Message.Name, Config.Message);

    /// <inheritdoc/>
    public override string ToString() => $"extension {Config.Message.Name}";
}
