using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.TrafficExtension;

namespace ControlPlane.Translation.Features.WasmPlugin;

/// <summary>WasmPlugins: the older form of TrafficExtensions, which they become.</summary>
public static class WasmPlugins
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("WasmPlugin");

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<TrafficExtensionSpec>> Object { get; } = new(
        "WasmPlugin.Object", static (reader, key) => reader.Find(Table, key) is { } source ? WasmPluginReader.Read(source) : new(null, []));
}
