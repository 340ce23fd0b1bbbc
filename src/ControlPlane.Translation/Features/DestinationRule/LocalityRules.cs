using ControlPlane.Translation.Features.Validation;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>What Istio's validation demands of preferences for near endpoints.</summary>
internal static class LocalityRules
{
    private const uint WholeWeight = 100;

    private static readonly string[] Places = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    /// <summary>Checks a locality setting.</summary>
    public static void Check(LocalityLoadBalancerSetting? setting, bool detectsOutliers, string field, Problems problems)
    {
        if (setting is null)
            return;
        problems.Require(setting.Distribute.Count == 0 || setting.Failover.Count == 0, field, "distribute and failover exclude each other");
        var places = setting.FailoverPriority.Any(Places.Contains);
        problems.Require(setting.Failover.Count == 0 || !places, field + ".failoverPriority", "failover excludes labels of places");
        for (var i = 0; i < setting.Distribute.Count; i++)
        {
            var (entry, path) = (setting.Distribute[i], $"{field}.distribute[{i}].to");
            problems.Require(entry.To.Values.All(static w => w is > 0 and <= WholeWeight), path, "weights must be between 1 and 100");
            problems.Require(entry.To.Values.Sum(static w => (long)w) == WholeWeight, path, "weights must add up to 100");
        }

        CheckFailover(setting.Failover.Select(static f => (f.From, f.To)), field, problems);
        Warn(setting.Failover.Count + setting.FailoverPriority.Count > 0, detectsOutliers, field, problems);
    }

    /// <summary>Checks a zone-aware setting.</summary>
    public static void Check(ZoneAwareLoadBalancerSetting? setting, bool detectsOutliers, string field, Problems problems)
    {
        if (setting is null)
            return;
        problems.Require(!setting.FailoverPriority.Any(Places.Contains), field + ".failoverPriority", "places are ordered by themselves: their labels are not allowed");
        CheckFailover(setting.Failover.Select(static f => (f.From, f.To)), field, problems);
        Warn(setting.Failover.Count + setting.FailoverPriority.Count > 0, detectsOutliers, field, problems);
    }

    private static void CheckFailover(IEnumerable<(string From, string To)> failover, string field, Problems problems)
    {
        foreach (var (from, to) in failover)
        {
            problems.Require(from != to, field + ".failover", $"'{from}' fails over to itself");
            problems.Require(!(from + to).AsSpan().ContainsAny('/', '*'), field + ".failover", "regions are required, without zones and wildcards");
        }
    }

    private static void Warn(bool failsOver, bool detectsOutliers, string field, Problems problems)
    {
        if (failsOver && !detectsOutliers)
            problems.Warn(field, "without outlierDetection nothing ever fails over");
    }
}
