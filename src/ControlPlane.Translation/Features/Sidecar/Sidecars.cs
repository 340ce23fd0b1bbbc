using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>
/// Which Sidecar governs a workload: of its own namespace one whose selector matches, else one without selector, the oldest of each;
/// else the oldest without selector of the root namespace, read as if it stood in the workload's namespace.
/// </summary>
public static class Sidecars
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("Sidecar");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<SidecarSpec>> Object { get; } = new(
        "Sidecar.Object", static (reader, key) => reader.Find(Table, key) is { } source ? SidecarReader.Read(source) : new(null, []));

    /// <summary>Who is governed by the Sidecars of a namespace, those with selector first, oldest first: not what they say.</summary>
    private static readonly Derivation<string, EquatableArray<(ObjectKey Key, LabelMap? Selector)>> OfNamespace = new(
        "Sidecar.OfNamespace",
        static (reader, @namespace) => reader.Lookup(ByNamespace, @namespace)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<SidecarSpec>()
            .OrderBy(s => s.Selector is null).ThenBy(s => s.CreationTime).ThenBy(s => s.Key.Name, StringComparer.Ordinal)
            .Select(s => (s.Key, s.Selector))
            .ToEquatableArray());

    /// <summary>The Sidecar of a workload, null where none governs it.</summary>
    public static Derivation<WorkloadKey, ObjectKey?> OfWorkload { get; } = new("Sidecar.OfWorkload", static (reader, workload) =>
    {
        foreach (var (key, selector) in reader.Get(OfNamespace, workload.Namespace))
        {
            if (selector is null || selector.IsSubsetOf(workload.Labels))
                return key;
        }

        var root = reader.Get(MeshSettings.Current, Unit.Value).RootNamespace;
        foreach (var (key, selector) in reader.Get(OfNamespace, root))
        {
            if (selector is null)
                return key;
        }

        return null;
    });

    /// <summary>What a Sidecar says, null where there is none.</summary>
    public static SidecarSpec? Find(IReader reader, ObjectKey? key) => key is { } given ? reader.Get(Object, given).Spec : null;
}
