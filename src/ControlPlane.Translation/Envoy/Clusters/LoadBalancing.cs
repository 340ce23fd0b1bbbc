using ControlPlane.Translation.Envoy.Endpoints;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Istio.Networking.V1Alpha3;
using Percent = Envoy.Type.V3.Percent;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>How a cluster chooses a host.</summary>
internal static class LoadBalancing
{
    private const ulong DefaultRingSize = 1024;
    private const double DefaultAggression = 1;
    private const double DefaultMinimumPercent = 10;

    // Envoy demands a key although Istio offers no runtime override; the name is istiod's.
    private const string NoRuntimeKey = "(";

    /// <summary>Sets the policy of an outbound cluster.</summary>
    public static void Apply(Cluster cluster, ClusterInput.Service input, ClusterPolicy policy)
    {
        // Unready hosts are known but must not be used, however few are ready.
        cluster.CommonLbConfig.HealthyPanicThreshold ??= new Percent();
        SetLocality(cluster, input, policy);
        if (input.Discovery == ClusterDiscovery.OriginalDestination)
        {
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
            return;
        }

        var rule = policy.LoadBalancer;
        switch (rule?.LbPolicyCase == LoadBalancerSettings.LbPolicyOneofCase.Simple ? rule.Simple : LoadBalancerSettings.Types.SimpleLB.Unspecified)
        {
            case LoadBalancerSettings.Types.SimpleLB.Random:
                cluster.LbPolicy = Cluster.Types.LbPolicy.Random;
                break;
            case LoadBalancerSettings.Types.SimpleLB.RoundRobin:
                cluster.LbPolicy = Cluster.Types.LbPolicy.RoundRobin;
                if (SlowStart(rule!) is { } roundRobin)
                    cluster.RoundRobinLbConfig = new Cluster.Types.RoundRobinLbConfig { SlowStartConfig = roundRobin };
                break;
            default:
                cluster.LbPolicy = Cluster.Types.LbPolicy.LeastRequest;
                if (rule is not null && SlowStart(rule) is { } leastRequest)
                    cluster.LeastRequestLbConfig = new Cluster.Types.LeastRequestLbConfig { SlowStartConfig = leastRequest };
                break;
        }

        if (rule?.ConsistentHash is { } hash)
            SetHash(cluster, hash);
    }

    private static void SetLocality(Cluster cluster, ClusterInput.Service input, ClusterPolicy policy)
    {
        switch (LocalityRule.Effective(policy.LoadBalancer, input.TrafficDistribution, input.Settings.LocalityLb, input.Settings.ZoneAwareLb))
        {
            case { ZoneAware: { } zones }:
                cluster.CommonLbConfig.ZoneAwareLbConfig = new Cluster.Types.CommonLbConfig.Types.ZoneAwareLbConfig
                {
                    RoutingEnabled = zones.Enabled is false ? new Percent() : null,
                    MinClusterSize = zones.MinClusterSize,
                };
                break;
            case { } rule when rule.SetsWeights(cluster.OutlierDetection is not null):
                cluster.CommonLbConfig.LocalityWeightedLbConfig = new Cluster.Types.CommonLbConfig.Types.LocalityWeightedLbConfig();
                break;
        }
    }

    /// <summary>Sets an algorithm by hash; the configuration of a simple one, if any, gives way.</summary>
    public static void SetHash(Cluster cluster, LoadBalancerSettings.Types.ConsistentHashLB hash)
    {
        switch (hash.HashAlgorithmCase)
        {
            case LoadBalancerSettings.Types.ConsistentHashLB.HashAlgorithmOneofCase.Maglev:
                cluster.LbPolicy = Cluster.Types.LbPolicy.Maglev;
                if (hash.Maglev.TableSize != 0)
                    cluster.MaglevLbConfig = new Cluster.Types.MaglevLbConfig { TableSize = hash.Maglev.TableSize };
                break;
            case LoadBalancerSettings.Types.ConsistentHashLB.HashAlgorithmOneofCase.RingHash:
                cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
                if (hash.RingHash.MinimumRingSize != 0)
                    cluster.RingHashLbConfig = new Cluster.Types.RingHashLbConfig { MinimumRingSize = hash.RingHash.MinimumRingSize };
                break;
            default:
                cluster.LbPolicy = Cluster.Types.LbPolicy.RingHash;
                cluster.RingHashLbConfig = new Cluster.Types.RingHashLbConfig
                {
                    MinimumRingSize = hash.MinimumRingSize != 0 ? hash.MinimumRingSize : DefaultRingSize,
                };
                break;
        }
    }

    private static Cluster.Types.SlowStartConfig? SlowStart(LoadBalancerSettings rule)
    {
        if (rule.Warmup is { } warmup)
        {
            return new Cluster.Types.SlowStartConfig
            {
                SlowStartWindow = warmup.Duration,
                Aggression = new RuntimeDouble { DefaultValue = warmup.Aggression ?? DefaultAggression, RuntimeKey = NoRuntimeKey },
                MinWeightPercent = new Percent { Value = warmup.MinimumPercent ?? DefaultMinimumPercent },
            };
        }

        return rule.WarmupDurationSecs is null ? null : new Cluster.Types.SlowStartConfig { SlowStartWindow = rule.WarmupDurationSecs };
    }
}
