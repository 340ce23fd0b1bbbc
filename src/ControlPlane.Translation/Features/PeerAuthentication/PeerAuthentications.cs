using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>
/// Which mutual TLS mode is in force. Three levels (mesh: without selector in the root namespace; namespace: without selector;
/// workload: selector, own namespace and not the root one), in each of them the oldest policy alone, a level replaces the one
/// above where it says something. A selector in the root namespace counts for nothing.
/// </summary>
public static class PeerAuthentications
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("PeerAuthentication");

    private static readonly TableIndex<ConfigObject, string> ByNamespace = new(Table, static o => [o.Meta.Namespace]);

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<PeerAuthenticationPolicy>> Object { get; } = new(
        "PeerAuthentication.Object",
        static (reader, key) => reader.Find(Table, key) is { } source ? PeerAuthenticationReader.Read(source) : new(null, []));

    /// <summary>The root namespace: an answer that few changes of the mesh configuration change.</summary>
    internal static Derivation<Unit, string> RootNamespace { get; } = new(
        "RootNamespace", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).RootNamespace);

    /// <summary>What the selectorless policy of a namespace says (of the root namespace: the mesh level), Unset where there is none.</summary>
    private static readonly Derivation<string, MutualTlsMode> NamespaceLevel = new(
        "PeerAuthentication.NamespaceLevel",
        static (reader, @namespace) => Policies(reader, @namespace).FirstOrDefault(p => p.Selector.IsEmpty)?.Mode ?? MutualTlsMode.Unset);

    /// <summary>The policies of a namespace that have a selector, oldest first; none for the root namespace.</summary>
    private static readonly Derivation<string, EquatableArray<PeerAuthenticationPolicy>> WorkloadPolicies = new(
        "PeerAuthentication.WorkloadPolicies",
        static (reader, @namespace) => @namespace == reader.Get(RootNamespace, Unit.Value)
            ? []
            : Policies(reader, @namespace).Where(p => !p.Selector.IsEmpty).ToEquatableArray());

    /// <summary>
    /// The mode that clients suppose for services of a namespace: mesh and namespace level only. A workload or port level is
    /// seen by clients endpoint by endpoint (<see cref="OfWorkload"/>).
    /// </summary>
    public static Derivation<string, MutualTlsMode> OfNamespace { get; } = new(
        "PeerAuthentication.OfNamespace",
        static (reader, @namespace) =>
        {
            var root = reader.Get(RootNamespace, Unit.Value);
            var mesh = reader.Get(NamespaceLevel, root);
            var own = @namespace == root ? MutualTlsMode.Unset : reader.Get(NamespaceLevel, @namespace);
            return Resolve(own, mesh, MutualTlsMode.Permissive);
        });

    /// <summary>The policy in force for a workload: what its inbound listener obeys, and its clients per port.</summary>
    public static Derivation<WorkloadKey, EffectiveMutualTls> OfWorkload { get; } = new(
        "PeerAuthentication.OfWorkload",
        static (reader, workload) =>
        {
            var above = reader.Get(OfNamespace, workload.Namespace);
            if (Selecting(reader, workload) is not { } policy)
                return new EffectiveMutualTls(above, []);
            var mode = Resolve(policy.Mode, above, MutualTlsMode.Permissive);
            return new EffectiveMutualTls(mode, policy.Ports.Select(p => p with { Mode = Resolve(p.Mode, mode, mode) }).ToEquatableArray());
        });

    /// <summary>The policy without selector that counts in a namespace, null where there is none.</summary>
    internal static PeerAuthenticationPolicy? WholeNamespace(IReader reader, string @namespace) =>
        Policies(reader, @namespace).FirstOrDefault(static p => p.Selector.IsEmpty);

    /// <summary>The policy with a selector that counts for a workload, null where there is none.</summary>
    internal static PeerAuthenticationPolicy? Selecting(IReader reader, WorkloadKey workload) =>
        Oldest(reader.Get(WorkloadPolicies, workload.Namespace), workload.Labels);

    private static IEnumerable<PeerAuthenticationPolicy> Policies(IReader reader, string @namespace) =>
        reader.Lookup(ByNamespace, @namespace)
            .Select(o => reader.Get(Object, o.Key).Spec)
            .OfType<PeerAuthenticationPolicy>()
            .OrderBy(p => p.CreationTime)
            .ThenBy(p => p.Key.Name, StringComparer.Ordinal);

    private static PeerAuthenticationPolicy? Oldest(EquatableArray<PeerAuthenticationPolicy> policies, LabelMap labels)
    {
        foreach (var policy in policies)
        {
            if (policy.Selector.IsSubsetOf(labels))
                return policy;
        }

        return null;
    }

    private static MutualTlsMode Resolve(MutualTlsMode own, MutualTlsMode above, MutualTlsMode fallback) =>
        own != MutualTlsMode.Unset ? own : above != MutualTlsMode.Unset ? above : fallback;
}
