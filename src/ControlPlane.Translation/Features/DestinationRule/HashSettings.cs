using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;
using Hash = Istio.Networking.V1Alpha3.LoadBalancerSettings.Types.ConsistentHashLB;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>By what a rule wants requests to be hashed. The hash belongs to the route, the ring to the cluster.</summary>
internal static class HashSettings
{
    /// <summary>
    /// For a destination of a route, the first that is set: the subset's for the port, the subset's, the rule's for the port, the rule's.
    /// Settings for ports count only where the destination names its port. Null for none.
    /// </summary>
    public static Hash? OfDestination(DestinationRuleSpec rule, Destination destination)
    {
        var subset = rule.SubsetOf(destination.Subset)?.Policy;
        return OfPort(subset, destination.Port?.Number) ?? subset?.LoadBalancer?.ConsistentHash
            ?? OfPort(rule.Policy, destination.Port?.Number) ?? rule.Policy?.LoadBalancer?.ConsistentHash;
    }

    /// <summary>For a port of a service of which no VirtualService speaks: the rule's for the port, else the rule's; null for none.</summary>
    public static Hash? OfPort(DestinationRuleSpec rule, int port) => OfPort(rule.Policy, (uint)port) ?? rule.Policy?.LoadBalancer?.ConsistentHash;

    /// <summary>Whether a rule speaks of hashes at all.</summary>
    public static bool Any(DestinationRuleSpec rule) => Any(rule.Policy) || rule.Subsets.Any(s => Any(s.Policy));

    private static bool Any(TrafficPolicy? policy) =>
        policy is not null && (policy.LoadBalancer?.ConsistentHash is not null || policy.PortLevelSettings.Any(p => p.LoadBalancer?.ConsistentHash is not null));

    private static Hash? OfPort(TrafficPolicy? policy, uint? port) => port is null || policy is null ? null : First(policy.PortLevelSettings, port.Value)?.LoadBalancer?.ConsistentHash;

    private static TrafficPolicy.Types.PortTrafficPolicy? First(RepeatedField<TrafficPolicy.Types.PortTrafficPolicy> settings, uint port)
    {
        foreach (var entry in settings)
        {
            if ((entry.Port?.Number ?? 0) == port)
                return entry;
        }

        return null;
    }
}
