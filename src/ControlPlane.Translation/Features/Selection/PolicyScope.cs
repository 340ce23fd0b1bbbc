using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.Selection;

/// <summary>Whom an AuthorizationPolicy or RequestAuthentication concerns.</summary>
/// <param name="Key">The policy.</param>
/// <param name="Targets">The workloads; in the root namespace, selectors speak of those of all namespaces.</param>
internal sealed record PolicyScope(ObjectKey Key, PolicyTargets Targets)
{
    /// <summary>Whom the policies of a namespace concern, oldest first.</summary>
    /// <typeparam name="TSpec">A policy as translation reads it.</typeparam>
    /// <param name="table">The objects.</param>
    /// <param name="read">One object as read.</param>
    public static Derivation<string, EquatableArray<PolicyScope>> OfNamespace<TSpec>(TableId<ConfigObject> table, Derivation<ObjectKey, Parsed<TSpec>> read)
        where TSpec : class, ITargetedPolicy
    {
        var byNamespace = new TableIndex<ConfigObject, string>(table, static o => [o.Meta.Namespace]);
        return new Derivation<string, EquatableArray<PolicyScope>>(table.Kind + ".OfNamespace", (reader, @namespace) =>
            reader.Lookup(byNamespace, @namespace)
                .Select(o => reader.Get(read, o.Key).Spec)
                .OfType<TSpec>()
                .OrderBy(static p => p.CreationTime).ThenBy(static p => p.Key.Name, StringComparer.Ordinal)
                .Select(static p => new PolicyScope(p.Key, p.Targets))
                .ToEquatableArray());
    }

    /// <summary>
    /// The policies in force for a workload: those of the root namespace, then those of its own, in the order of each. Target references reach
    /// Gateways of the policy's own namespace alone.
    /// </summary>
    /// <param name="reader">Where policies are read.</param>
    /// <param name="ofNamespace">The policies of a namespace.</param>
    /// <param name="workload">The workload.</param>
    public static EquatableArray<ObjectKey> InForce(IReader reader, Derivation<string, EquatableArray<PolicyScope>> ofNamespace, WorkloadKey workload)
    {
        var root = reader.Get(PeerAuthentications.RootNamespace, Unit.Value);
        var own = reader.Get(ofNamespace, workload.Namespace).Where(p => p.Targets.Match(workload.Labels));
        var mesh = workload.Namespace == root ? [] : reader.Get(ofNamespace, root).Where(p => !p.Targets.HasTargets && p.Targets.Match(workload.Labels));
        return mesh.Concat(own).Select(static p => p.Key).ToEquatableArray();
    }
}
