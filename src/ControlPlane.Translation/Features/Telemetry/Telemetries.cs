using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Proto = Istio.Telemetry.V1Alpha1.Telemetry;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>
/// Which Telemetry objects speak of a workload, in order, the later over the earlier: that of the root namespace and that of its own
/// namespace without selector (the oldest of each), then every one of its namespace whose selector matches, oldest first. A
/// selector in the root namespace reaches that namespace's own workloads only.
/// </summary>
public static class Telemetries
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("Telemetry");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<TelemetryPolicy>> Object { get; } = new(
        "Telemetry.Object", static (reader, key) => reader.Find(Table, key) is { } source ? Read(source) : new(null, []));

    /// <summary>The objects of a namespace, oldest first.</summary>
    private static readonly Derivation<string, EquatableArray<TelemetryPolicy>> OfNamespace = new(
        "Telemetry.OfNamespace",
        static (reader, @namespace) => reader.Lookup(ByNamespace, @namespace)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<TelemetryPolicy>()
            .OrderBy(p => p.CreationTime).ThenBy(p => p.Key.Name, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>The settings that speak of a workload, the later over the earlier.</summary>
    public static Derivation<WorkloadKey, EquatableArray<Frozen<Proto>>> OfWorkload { get; } = new("Telemetry.OfWorkload", static (reader, workload) =>
    {
        var root = reader.Get(MeshSettings.Current, Unit.Value).RootNamespace;
        var own = reader.Get(OfNamespace, workload.Namespace);
        var layers = new List<Frozen<Proto>>();
        if (reader.Get(OfNamespace, root).FirstOrDefault(p => p.Targets.IsNamespaceWide) is { } mesh)
            layers.Add(mesh.Settings);
        if (workload.Namespace != root && own.FirstOrDefault(p => p.Targets.IsNamespaceWide) is { } wide)
            layers.Add(wide.Settings);
        layers.AddRange(own.Where(p => !p.Targets.IsNamespaceWide && p.Targets.Match(workload.Labels)).Select(p => p.Settings));
        return layers.ToEquatableArray();
    });

    private static Parsed<TelemetryPolicy> Read(ConfigObject source) => SpecReader.Parse<Proto, TelemetryPolicy>(source, TelemetryRules.Check, spec =>
    {
        var targets = PolicyTargets.From(spec.Selector, spec.TargetRef, spec.TargetRefs, source.Meta.Namespace);
        spec.Selector = null;
        spec.TargetRef = null;
        spec.TargetRefs.Clear();
        return new TelemetryPolicy(source.Key, source.Meta.CreationTime, targets, spec.Freeze());
    });
}
