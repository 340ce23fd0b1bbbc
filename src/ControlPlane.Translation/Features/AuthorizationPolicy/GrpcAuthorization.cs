using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.PeerAuthentication;
using Envoy.Config.Rbac.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// The filters by which a proxyless gRPC server obeys AuthorizationPolicies. gRPC knows DENY and ALLOW; a dry run is enforced, as by istiod. Other than
/// istiod, which then sends nothing and so opens the server, policies of action ALLOW without a rule deny everything here too.
/// </summary>
internal static class GrpcAuthorization
{
    private static readonly Derivation<EquatableArray<ObjectKey>, EquatableArray<Frozen<HttpFilter>>> OfPolicies = new(
        "AuthorizationPolicy.GrpcFilters",
        static (reader, keys) =>
        {
            var policies = keys.Select(k => reader.Get(TranslatedPolicy.Of, k)).OfType<TranslatedPolicy>().ToList();
            var filters = new List<Frozen<HttpFilter>>();
            var deny = Rbac(RBAC.Types.Action.Deny, policies.Where(static p => p.Action == PolicyAction.Deny));
            if (deny.Policies.Count > 0)
                filters.Add(Filter(RbacFilters.HttpName + ".DENY", deny));
            if (policies.Exists(static p => p.Action == PolicyAction.Allow))
                filters.Add(Filter(RbacFilters.HttpName, Rbac(RBAC.Types.Action.Allow, policies.Where(static p => p.Action == PolicyAction.Allow))));
            return filters.ToEquatableArray();
        });

    /// <summary>The filters of a server, in order.</summary>
    public static EquatableArray<Frozen<HttpFilter>> Of(IReader reader, WorkloadKey workload) =>
        reader.Get(OfPolicies, reader.Get(AuthorizationPolicies.OfWorkload, workload));

    private static RBAC Rbac(RBAC.Types.Action action, IEnumerable<TranslatedPolicy> policies) => RbacFilters.Rbac(
        action, policies.SelectMany(static p => p.Http.Select(r => (string.Create(CultureInfo.InvariantCulture, $"{p.Key.Namespace}-{p.Key.Name}-{r.Index}"), r.Policy))));

    private static Frozen<HttpFilter> Filter(string name, RBAC rules) => new HttpFilter { Name = name, TypedConfig = ProtoJson.Pack(new HttpRbac { Rules = rules }) }.Freeze();
}
