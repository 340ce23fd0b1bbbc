using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.PeerAuthentication;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>The filters by which a workload obeys AuthorizationPolicies: CUSTOM, AUDIT, DENY, ALLOW, in this order.</summary>
/// <param name="Http">Filters of chains that handle requests.</param>
/// <param name="Network">Filters of chains that hand on connections.</param>
internal sealed record WorkloadAuthorization(EquatableArray<HttpFilterContribution> Http, EquatableArray<NetworkFilterContribution> Network)
{
    private static readonly PolicyAction[] Local = [PolicyAction.Audit, PolicyAction.Deny, PolicyAction.Allow];

    /// <summary>The filters for a set of policies: shared by all workloads that obey the same.</summary>
    private static readonly Derivation<EquatableArray<ObjectKey>, WorkloadAuthorization> OfPolicies = new("AuthorizationPolicy.Filters", static (reader, keys) =>
    {
        var policies = keys.Select(k => reader.Get(TranslatedPolicy.Of, k)).OfType<TranslatedPolicy>().ToList();
        var http = new List<HttpFilterContribution>();
        var network = new List<NetworkFilterContribution>();
        CustomAuthorization.Add(reader, [.. policies.Where(static p => p.Action == PolicyAction.Custom)], http, network);
        foreach (var action in Local)
        {
            var own = policies.Where(p => p.Action == action).ToList();
            if (own.Count == 0)
                continue;
            http.Add(RbacFilters.Http(HttpFilterSlot.Authorization, RbacFilters.Rules(own, forTcp: false)));
            network.Add(RbacFilters.Network(NetworkFilterSlot.Authorization, RbacFilters.Rules(own, forTcp: true)));
        }

        return new WorkloadAuthorization(http.ToEquatableArray(), network.ToEquatableArray());
    });

    /// <summary>The filters of a workload.</summary>
    public static WorkloadAuthorization Of(IReader reader, WorkloadKey workload) => reader.Get(OfPolicies, reader.Get(AuthorizationPolicies.OfWorkload, workload));
}
