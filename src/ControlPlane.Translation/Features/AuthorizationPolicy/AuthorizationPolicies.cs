using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Selection;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// Which AuthorizationPolicies are in force for a workload: those of the root namespace, then those of its own, that select it. Selectors of the root
/// namespace reach all namespaces, target references their own alone.
/// </summary>
public static class AuthorizationPolicies
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("AuthorizationPolicy");

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<AuthorizationPolicySpec>> Object { get; } = new(
        "AuthorizationPolicy.Object",
        static (reader, key) => reader.Find(Table, key) is { } source ? AuthorizationPolicyReader.Read(source) : new(null, []));

    /// <summary>Whom the policies of a namespace concern, oldest first.</summary>
    internal static Derivation<string, EquatableArray<PolicyScope>> OfNamespace { get; } = PolicyScope.OfNamespace(Table, Object);

    /// <summary>The policies in force for a workload. What they say is not part of the answer: an edit of a rule leaves it as it is.</summary>
    public static Derivation<WorkloadKey, EquatableArray<ObjectKey>> OfWorkload { get; } = new(
        "AuthorizationPolicy.OfWorkload", static (reader, workload) => PolicyScope.InForce(reader, OfNamespace, workload));
}
