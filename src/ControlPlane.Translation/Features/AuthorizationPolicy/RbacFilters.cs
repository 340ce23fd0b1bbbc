using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Config.Rbac.V3;
using HttpRbac = Envoy.Extensions.Filters.Http.Rbac.V3.RBAC;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;
using PolicyAction = Istio.Security.V1Beta1.AuthorizationPolicy.Types.Action;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Filters that decide by policies.</summary>
internal static class RbacFilters
{
    /// <summary>Name of the filter in HTTP chains; what it has found is kept under it.</summary>
    public const string HttpName = "envoy.filters.http.rbac";

    /// <summary>Name of the filter in other chains; what it has found is kept under it.</summary>
    public const string NetworkName = "envoy.filters.network.rbac";

    /// <summary>Name of statistics of filters in other chains.</summary>
    public const string TcpStatPrefix = "tcp.";

    private const string DryRunAllow = "istio_dry_run_allow_", DryRunDeny = "istio_dry_run_deny_";

    /// <summary>The rules of policies of one action: those that are enforced, and those that are only tried; null where no policy is so.</summary>
    public static RbacRules Rules(IReadOnlyList<TranslatedPolicy> policies, bool forTcp)
    {
        var action = policies[0].Action switch
        {
            PolicyAction.Allow => RBAC.Types.Action.Allow,
            PolicyAction.Audit => RBAC.Types.Action.Log,
            _ => RBAC.Types.Action.Deny,
        };
        var (enforced, tried) = (policies.Where(static p => !p.DryRun).ToList(), policies.Where(static p => p.DryRun).ToList());
        // As istiod: the prefix of what allows stands also where nothing is tried.
        var prefix = tried.Count == 0 || action == RBAC.Types.Action.Allow ? DryRunAllow : action == RBAC.Types.Action.Deny ? DryRunDeny : "";
        return new RbacRules(enforced.Count == 0 ? null : Rbac(action, enforced, forTcp), tried.Count == 0 ? null : Rbac(action, tried, forTcp), prefix);
    }

    /// <summary>Policies of one action.</summary>
    public static RBAC Rbac(RBAC.Types.Action action, IEnumerable<TranslatedPolicy> policies, bool forTcp, string nameSuffix = "") =>
        Rbac(action, policies.SelectMany(p => p.Named(forTcp)).Select(p => (p.Name + nameSuffix, p.Policy)));

    /// <summary>Named policies, sorted by name; of several with one name the last.</summary>
    public static RBAC Rbac(RBAC.Types.Action action, IEnumerable<(string Name, Frozen<Policy> Policy)> policies)
    {
        var sorted = new SortedDictionary<string, Policy>(StringComparer.Ordinal);
        foreach (var (name, policy) in policies)
            sorted[name] = policy.Message;
        var rbac = new RBAC { Action = action };
        foreach (var (name, policy) in sorted)
            rbac.Policies.Add(name, policy);
        return rbac;
    }

    /// <summary>A filter of HTTP chains.</summary>
    public static HttpFilterContribution Http(HttpFilterSlot slot, RbacRules rules) => HttpFilters.Of(
        slot, HttpName, new HttpRbac { Rules = rules.Enforced, ShadowRules = rules.Tried, ShadowRulesStatPrefix = rules.ShadowPrefix });

    /// <summary>A filter of other chains.</summary>
    public static NetworkFilterContribution Network(NetworkFilterSlot slot, RbacRules rules) => new(
        slot,
        NetworkFilters.Of(
            NetworkName,
            new NetworkRbac { Rules = rules.Enforced, ShadowRules = rules.Tried, ShadowRulesStatPrefix = rules.ShadowPrefix, StatPrefix = TcpStatPrefix }).Freeze());
}
