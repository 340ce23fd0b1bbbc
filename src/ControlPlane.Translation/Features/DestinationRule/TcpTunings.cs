using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>What rules say of the TCP proxies that lead to a service. Settings for ports don't count here.</summary>
internal static class TcpTunings
{
    /// <summary>What the rule in force says for a subset, "" for the service as a whole or several destinations.</summary>
    public static Derivation<(string Namespace, LabelMap Labels, MeshService Service, string Subset), TcpTuning> Of { get; } = new(
        "TcpTuning",
        static (reader, key) => DestinationRules.Outbound(reader, key.Namespace, key.Labels, key.Service) is { } rule ? Read(rule, key.Subset) : TcpTuning.None);

    /// <summary>Whether a rule says anything of the kind.</summary>
    public static bool Any(DestinationRuleSpec rule) => Any(rule.Policy) || rule.Subsets.Any(static s => Any(s.Policy));

    private static bool Any(TrafficPolicy? policy) =>
        policy is not null
        && (policy.Tunnel is not null || policy.LoadBalancer?.ConsistentHash?.UseSourceIp == true || policy.ConnectionPool?.Tcp is { } tcp && (tcp.IdleTimeout is not null || tcp.MaxConnectionDuration is not null));

    private static TcpTuning Read(DestinationRuleSpec rule, string name)
    {
        var subset = rule.SubsetOf(name)?.Policy;
        // A subset does not inherit the tunnel, but a balancer that it does not set.
        var tunnel = name.Length == 0 ? rule.Policy?.Tunnel : subset?.Tunnel;
        var tcp = rule.Policy?.ConnectionPool?.Tcp;
        return new TcpTuning(
            tcp?.IdleTimeout?.Freeze(),
            tcp?.MaxConnectionDuration?.Freeze(),
            (subset?.LoadBalancer ?? rule.Policy?.LoadBalancer)?.ConsistentHash?.UseSourceIp == true,
            tunnel?.Freeze());
    }
}
