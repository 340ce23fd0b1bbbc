using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Selection;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>Whose tokens a workload verifies: all rules of all RequestAuthentications that select it, of the root namespace and of its own, by issuer.</summary>
public static class RequestAuthentications
{
    /// <summary>The objects.</summary>
    public static TableId<ConfigObject> Table { get; } = Tables.Config("RequestAuthentication");

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<ObjectKey, Parsed<RequestAuthenticationSpec>> Object { get; } = new(
        "RequestAuthentication.Object",
        static (reader, key) => reader.Find(Table, key) is { } source ? RequestAuthenticationReader.Read(source) : new(null, []));

    /// <summary>Whom the policies of a namespace concern, oldest first.</summary>
    private static readonly Derivation<string, EquatableArray<PolicyScope>> OfNamespace = PolicyScope.OfNamespace(Table, Object);

    /// <summary>The policies in force for a workload.</summary>
    private static readonly Derivation<WorkloadKey, EquatableArray<ObjectKey>> OfWorkload = new(
        "RequestAuthentication.OfWorkload", static (reader, workload) => PolicyScope.InForce(reader, OfNamespace, workload));

    /// <summary>The filter of a set of policies and of sidecars, or of gateways; none where there is no rule.</summary>
    private static readonly Derivation<(EquatableArray<ObjectKey> Policies, bool IsGateway), EquatableArray<HttpFilterContribution>> Filters = new(
        "RequestAuthentication.Filters",
        static (reader, key) =>
        {
            var rules = key.Policies.SelectMany(p => reader.Get(Object, p).Spec?.Rules ?? [])
                .OrderBy(static r => r.Message.Issuer, StringComparer.Ordinal)
                .Select(static r => r.Message).ToList();
            return rules.Count == 0 ? [] : [JwtFilters.Of(reader, rules, key.IsGateway)];
        });

    /// <summary>The filters of a workload's HTTP chains.</summary>
    /// <param name="reader">Where policies are read.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="isGateway">Whether it is a gateway, which may route by what a token says.</param>
    public static EquatableArray<HttpFilterContribution> Of(IReader reader, WorkloadKey workload, bool isGateway) =>
        reader.Get(Filters, (reader.Get(OfWorkload, workload), isGateway));
}
