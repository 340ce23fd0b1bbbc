using ControlPlane.Translation.Features.DestinationRule;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Resolves the levels of a rule: a port's settings replace the rule's, a subset's lie over both.</summary>
internal static class PolicyLevels
{
    /// <summary>What a rule says for a port, whatever the subset.</summary>
    public static ClusterPolicy OfPort(TrafficPolicy? policy, int port) => Level(policy, port, out _);

    /// <summary>
    /// What holds for a subset: part by part what it says, else what is below. A subset that speaks of the very port says all of the
    /// pool, balancing, outlier detection and TLS itself: what it leaves out is unset.
    /// </summary>
    /// <param name="below">What holds without the subset.</param>
    /// <param name="subset">The subset's policy, null for none.</param>
    /// <param name="port">Service port.</param>
    public static ClusterPolicy OfSubset(ClusterPolicy below, TrafficPolicy? subset, int port)
    {
        if (subset is null)
            return below;
        var own = Level(subset, port, out var ofPort);
        return new ClusterPolicy
        {
            ConnectionPool = own.ConnectionPool ?? (ofPort ? null : below.ConnectionPool),
            OutlierDetection = own.OutlierDetection ?? (ofPort ? null : below.OutlierDetection),
            LoadBalancer = own.LoadBalancer ?? (ofPort ? null : below.LoadBalancer),
            Tls = own.Tls ?? (ofPort ? null : below.Tls),
            ProxyProtocol = own.ProxyProtocol ?? below.ProxyProtocol,
            RetryBudget = own.RetryBudget ?? below.RetryBudget,
        };
    }

    /// <summary>
    /// Whether endpoints are taken to speak Istio's mutual TLS: what the subset, else the rule says of TLS for the port, else in general.
    /// Null where nothing is said.
    /// </summary>
    public static bool? MutualTls(DestinationRuleSpec rule, SubsetSpec? subset, int port) =>
        (TlsOf(subset?.Policy, port) ?? TlsOf(rule.Policy, port)) is { } tls ? tls.Mode == ClientTLSSettings.Types.TLSmode.IstioMutual : null;

    private static ClientTLSSettings? TlsOf(TrafficPolicy? policy, int port) =>
        policy?.PortLevelSettings.FirstOrDefault(p => p.Port?.Number == port && p.Tls is not null)?.Tls ?? policy?.Tls;

    private static ClusterPolicy Level(TrafficPolicy? policy, int port, out bool ofPort)
    {
        ofPort = false;
        if (policy is null)
            return ClusterPolicy.None;
        if (policy.PortLevelSettings.FirstOrDefault(p => p.Port?.Number == port) is { } entry)
        {
            ofPort = true;
            return new ClusterPolicy
            {
                ConnectionPool = entry.ConnectionPool,
                OutlierDetection = entry.OutlierDetection,
                LoadBalancer = entry.LoadBalancer,
                Tls = entry.Tls,
            };
        }

        return new ClusterPolicy
        {
            ConnectionPool = policy.ConnectionPool,
            OutlierDetection = policy.OutlierDetection,
            LoadBalancer = policy.LoadBalancer,
            Tls = policy.Tls,
            ProxyProtocol = policy.ProxyProtocol,
            RetryBudget = policy.RetryBudget,
        };
    }
}
