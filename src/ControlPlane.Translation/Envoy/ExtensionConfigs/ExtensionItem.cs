using Envoy.Config.Core.V3;

namespace ControlPlane.Translation.Envoy.ExtensionConfigs;

/// <summary>Names the configuration of a filter that is discovered.</summary>
public abstract record ExtensionItem
{
    /// <summary>One that an EnvoyFilter adds.</summary>
    /// <param name="Config">The configuration.</param>
    public sealed record Added(Frozen<TypedExtensionConfig> Config) : ExtensionItem;

    /// <summary>A Wasm module.</summary>
    /// <param name="Extension">The object, and whether it is a WasmPlugin.</param>
    /// <param name="WithSecret">Whether the credentials for the module's registry may be told.</param>
    public sealed record Wasm((Model.Objects.ObjectKey Key, bool IsPlugin) Extension, bool WithSecret) : ExtensionItem;
}
