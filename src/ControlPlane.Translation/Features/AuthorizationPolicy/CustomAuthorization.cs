using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Config.Rbac.V3;
using Envoy.Type.Matcher.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>
/// Action CUSTOM: a filter that only notes which rule matches, and one that asks the provider where one does. Where the provider can't be asked
/// (<see cref="ExternalAuthorizations"/>), or a workload has several, what the rules match is denied.
/// </summary>
internal static class CustomAuthorization
{
    private const string HttpCheckName = "envoy.filters.http.ext_authz", NetworkCheckName = "envoy.filters.network.ext_authz";
    private const string ShadowPrefix = "istio_ext_authz_", EffectivePolicy = "shadow_effective_policy_id";
    private const string UnusableSuffix = "-deny-due-to-bad-CUSTOM-action";

    /// <summary>Adds the filters of policies, all of action CUSTOM.</summary>
    public static void Add(
        IReader reader, IReadOnlyList<TranslatedPolicy> policies, List<HttpFilterContribution> http, List<NetworkFilterContribution> network)
    {
        var byProvider = policies.GroupBy(static p => p.Provider, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var group in byProvider)
        {
            var own = group.ToList();
            var check = byProvider.Count == 1 ? reader.Get(ExternalAuthorizations.Of, group.Key).Check : null;
            http.AddRange(Http(own, check));
            network.AddRange(Network(own, check));
        }
    }

    private static IEnumerable<HttpFilterContribution> Http(List<TranslatedPolicy> policies, ExternalAuthorization? check)
    {
        if (check is null)
        {
            yield return RbacFilters.Http(HttpFilterSlot.CustomAuthorization, new RbacRules(Denied(policies, forTcp: false), null, ""));
            yield break;
        }

        var filter = check.Http.Clone();
        filter.FilterEnabledMetadata = Noted(RbacFilters.HttpName, policies[0].Provider);
        yield return RbacFilters.Http(HttpFilterSlot.CustomAuthorization, Noting(policies, forTcp: false));
        yield return HttpFilters.Of(HttpFilterSlot.CustomAuthorization, HttpCheckName, filter);
    }

    private static IEnumerable<NetworkFilterContribution> Network(List<TranslatedPolicy> policies, ExternalAuthorization? check)
    {
        if (check is null)
        {
            yield return RbacFilters.Network(NetworkFilterSlot.CustomAuthorization, new RbacRules(Denied(policies, forTcp: true), null, ""));
            yield break;
        }

        if (check.Network is null)
            yield break;
        var filter = check.Network.Clone();
        filter.FilterEnabledMetadata = Noted(RbacFilters.NetworkName, policies[0].Provider);
        yield return RbacFilters.Network(NetworkFilterSlot.CustomAuthorization, Noting(policies, forTcp: true));
        yield return new NetworkFilterContribution(NetworkFilterSlot.CustomAuthorization, NetworkFilters.Of(NetworkCheckName, filter).Freeze());
    }

    /// <summary>As istiod: a dry run, which Istio refuses for this action, becomes a denial.</summary>
    private static RbacRules Noting(List<TranslatedPolicy> policies, bool forTcp)
    {
        var tried = RbacFilters.Rbac(RBAC.Types.Action.Deny, policies.Where(static p => p.DryRun), forTcp);
        return new RbacRules(
            tried.Policies.Count == 0 ? null : tried,
            RbacFilters.Rbac(RBAC.Types.Action.Deny, policies.Where(static p => !p.DryRun), forTcp),
            ShadowPrefix);
    }

    private static RBAC Denied(List<TranslatedPolicy> policies, bool forTcp) =>
        RbacFilters.Rbac(RBAC.Types.Action.Deny, policies.Where(static p => !p.DryRun), forTcp, UnusableSuffix);

    private static MetadataMatcher Noted(string filter, string provider) => RbacMatchers.Metadata(
        filter, [ShadowPrefix + EffectivePolicy], RbacMatchers.Value(new StringMatcher { Prefix = TranslatedPolicy.ExternalPrefix + provider }));
}
