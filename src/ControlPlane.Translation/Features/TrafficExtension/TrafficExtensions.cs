using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.WasmPlugin;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>
/// Which filters of the user's own the proxy of a workload has, in order: within a phase by priority, those without it last; of equal priority
/// those of its own namespace go before those of the root namespace, then older before younger, then by name.
/// </summary>
public static class TrafficExtensions
{
    /// <summary>The objects; WasmPlugins count beside them.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("TrafficExtension");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);
    private static readonly TableIndex<ConfigObject, string> PluginsByNamespace = new(WasmPlugins.Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<TrafficExtensionSpec>> Object { get; } = new(
        "TrafficExtension.Object", static (reader, key) => reader.Find(Table, key) is { } source ? TrafficExtensionReader.Read(source) : new(null, []));

    private static readonly Derivation<string, EquatableArray<TrafficExtensionSpec>> OfNamespace = new("TrafficExtension.OfNamespace", static (reader, @namespace) =>
        reader.Lookup(ByNamespace, @namespace).Select(o => reader.Get(Object, o.Key).Spec)
            .Concat(reader.Lookup(PluginsByNamespace, @namespace).Select(o => reader.Get(WasmPlugins.Object, o.Key).Spec))
            .OfType<TrafficExtensionSpec>()
            .OrderBy(static e => e.CreationTime).ThenBy(static e => e.Name, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The filters of a workload, in order.</summary>
    public static Derivation<WorkloadKey, EquatableArray<TrafficExtensionSpec>> OfWorkload { get; } = new("TrafficExtension.OfWorkload", static (reader, workload) =>
    {
        var root = reader.Get(PeerAuthentications.RootNamespace, Unit.Value);
        var own = reader.Get(OfNamespace, workload.Namespace).Where(e => e.Targets.Match(workload.Labels));
        var mesh = workload.Namespace == root ? [] : reader.Get(OfNamespace, root).Where(e => !e.Targets.HasTargets && e.Targets.Match(workload.Labels));
        return own.Concat(mesh).OrderByDescending(static e => e.Priority ?? int.MinValue).ToEquatableArray();
    });
}
