using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Ingress;
using ControlPlane.Translation.Features.KubernetesGateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Which VirtualServices concern whom, in their order: age, name, namespace.</summary>
public static class VirtualServices
{
    private const string Everybody = "*";
    private const string Nobody = "~";
    private const string Own = ".";

    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("VirtualService");

    private static readonly Derivation<Unit, string> DomainSuffix = new(
        "VirtualService.DomainSuffix", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).DomainSuffix);

    private static readonly Derivation<Unit, EquatableArray<string>> DefaultExportTo = new(
        "VirtualService.ExportTo",
        static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.DefaultVirtualServiceExportTo is { Count: > 0 } given ? given.ToEquatableArray() : [Everybody]);

    private static readonly Derivation<Unit, EquatableArray<ObjectKey>> Keys = new(
        "VirtualService.Keys", static (reader, _) => reader.All(Table).Select(o => o.Key).ToEquatableArray());

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<VirtualServiceSpec>> Object { get; } = new(
        "VirtualService.Object",
        static (reader, key) => reader.Find(Table, key) is { } source ? VirtualServiceReader.Read(source, reader.Get(DomainSuffix, Unit.Value)) : new(null, []));

    /// <summary>
    /// One object, or what routes of the Gateway API stand for, with the routes that it leaves to others filled in; null where it is none or is itself
    /// only for others.
    /// </summary>
    public static Derivation<ObjectKey, VirtualServiceSpec?> Merged { get; } = new("VirtualService.Merged", static (reader, key) =>
    {
        if (reader.Get(Object, key).Spec is not { Hosts.IsEmpty: false } spec)
            return reader.Get(DerivedVirtualServices.OfKey, key);
        return spec.Delegates ? spec with { Http = DelegateMerge.Bound(spec.Http.SelectMany(r => Delegated(reader, key, r))).ToEquatableArray() } : spec;
    });

    /// <summary>All that have hosts, those that Ingresses and routes of the Gateway API stand for among them, in order.</summary>
    private static readonly Derivation<Unit, EquatableArray<VirtualServiceSpec>> All = new("VirtualServices", static (reader, _) =>
        reader.Get(Keys, Unit.Value).Select(k => reader.Get(Merged, k)).OfType<VirtualServiceSpec>()
            .Concat(reader.Get(IngressVirtualServices.All, Unit.Value))
            .Concat(reader.Get(DerivedVirtualServices.All, Unit.Value))
            .OrderBy(s => s.CreationTime).ThenBy(s => s.Key.Name, StringComparer.Ordinal).ThenBy(s => s.Key.Namespace, StringComparer.Ordinal)
            .ToEquatableArray());

    /// <summary>
    /// Those that proxies of a namespace see and that are for a gateway (<see cref="VirtualServiceSpec.Mesh"/> for sidecars, else
    /// <c>namespace/name</c>), delegates merged. First come those of the namespace itself that are exported to it alone, then those of
    /// others exported to it by name, then the public ones, each group in order; but routes of the Gateway API of the namespace itself go first among
    /// the public ones, for sidecars in every group.
    /// </summary>
    public static Derivation<(string Namespace, string Gateway), EquatableArray<VirtualServiceSpec>> Of { get; } = new("VirtualServices.OfGateway", static (reader, key) =>
    {
        var defaults = reader.Get(DefaultExportTo, Unit.Value);
        List<VirtualServiceSpec> own = [], chosen = [], everybodys = [];
        foreach (var spec in reader.Get(All, Unit.Value).Where(s => s.Gateways.Contains(key.Gateway)))
        {
            var exportTo = ExportTo(spec, defaults);
            if (exportTo.Contains(Everybody))
                everybodys.Add(spec);
            else if (!exportTo.Contains(Nobody) && exportTo.Contains(key.Namespace))
                (spec.Key.Namespace == key.Namespace ? own : chosen).Add(spec);
        }

        bool IsOwnRoute(VirtualServiceSpec spec) => spec.IsKubernetesRoute && spec.Key.Namespace == key.Namespace;
        if (key.Gateway == VirtualServiceSpec.Mesh)
            (own, chosen) = ([.. own.OrderByDescending(IsOwnRoute)], [.. chosen.OrderByDescending(IsOwnRoute)]);
        return own.Concat(chosen).Concat(everybodys.OrderByDescending(IsOwnRoute)).ToEquatableArray();
    });

    private static IEnumerable<Frozen<HTTPRoute>> Delegated(IReader reader, ObjectKey root, Frozen<HTTPRoute> route)
    {
        if (route.Message.Delegate is not { } target)
            return [route];
        var key = KeyOf(target, root.Namespace);
        if (reader.Get(Object, key).Spec is not { Hosts.IsEmpty: true } leaf || !IsVisibleTo(leaf, root.Namespace, reader.Get(DefaultExportTo, Unit.Value)))
            return [];
        return DelegateMerge.Merge(route.Message, leaf.Http.Select(r => r.Message)).Select(r => r.Freeze());
    }

    /// <summary>Why a route can't be left to another object; null where it can.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="namespace">Namespace of the object with the route.</param>
    /// <param name="target">The other object.</param>
    internal static string? WhyNotDelegated(IReader reader, string @namespace, Istio.Networking.V1Alpha3.Delegate target)
    {
        var key = KeyOf(target, @namespace);
        if (reader.Get(Object, key).Spec is not { } leaf)
            return $"there is no sound VirtualService {key}";
        if (!leaf.Hosts.IsEmpty)
            return $"VirtualService {key} has hosts of its own, so nothing can be left to it";
        return IsVisibleTo(leaf, @namespace, reader.Get(DefaultExportTo, Unit.Value)) ? null : $"VirtualService {key} is not exported to namespace {@namespace}";
    }

    private static ObjectKey KeyOf(Istio.Networking.V1Alpha3.Delegate target, string @namespace) =>
        new(target.Namespace.Length == 0 ? @namespace : target.Namespace, target.Name);

    private static bool IsVisibleTo(VirtualServiceSpec spec, string @namespace, EquatableArray<string> defaults)
    {
        var exportTo = ExportTo(spec, defaults);
        return exportTo.Contains(Everybody) || exportTo.Contains(@namespace);
    }

    /// <summary>The namespaces whose clients heed a VirtualService, "*" for all.</summary>
    internal static IReadOnlyList<string> ExportOf(IReader reader, VirtualServiceSpec spec) => ExportTo(spec, reader.Get(DefaultExportTo, Unit.Value));

    private static IReadOnlyList<string> ExportTo(VirtualServiceSpec spec, EquatableArray<string> defaults) =>
        spec.ExportTo.IsEmpty ? [.. defaults.Select(d => d == Own ? spec.Key.Namespace : d)] : spec.ExportTo;
}
