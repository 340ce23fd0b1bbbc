using ControlPlane.Model.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>
/// A preference for near endpoints. Of the rule, the service and the mesh the first that says anything decides; within each,
/// zone-aware goes before locality.
/// </summary>
internal sealed record LocalityRule
{
    private static readonly LocalityLoadBalancerSetting SameZone = new()
    {
        FailoverPriority = { TopologyLabels.Network, TopologyLabels.Region, TopologyLabels.Zone },
    };

    private static readonly LocalityLoadBalancerSetting SameNode = new()
    {
        FailoverPriority = { TopologyLabels.Network, TopologyLabels.Region, TopologyLabels.Zone, TopologyLabels.Subzone, TopologyLabels.Hostname },
    };

    /// <summary>Locality setting, null where the preference is zone-aware.</summary>
    public LocalityLoadBalancerSetting? Locality { get; private init; }

    /// <summary>Zone-aware setting, null otherwise.</summary>
    public ZoneAwareLoadBalancerSetting? ZoneAware { get; private init; }

    /// <summary>Whether endpoints are ordered even without outlier detection: the service relies on readiness instead.</summary>
    public bool Forced { get; private init; }

    /// <summary>Labels that order endpoints, each with the value that stands for the proxy's own, or null.</summary>
    public EquatableArray<(string Label, string? Value)> Priorities => (Locality?.FailoverPriority ?? ZoneAware!.FailoverPriority)
        .Select(static p => p.Split('=')).Select(static p => (p[0], p.Length == 2 ? p[1] : null)).ToEquatableArray();

    /// <summary>The preference in force, null for none.</summary>
    /// <param name="rule">What the rule says, null where there is none.</param>
    /// <param name="distribution">Traffic distribution of the service, "" for none.</param>
    /// <param name="mesh">Locality setting of the mesh.</param>
    /// <param name="meshZoneAware">Zone-aware setting of the mesh.</param>
    public static LocalityRule? Effective(
        LoadBalancerSettings? rule, string distribution, LocalityLoadBalancerSetting? mesh, ZoneAwareLoadBalancerSetting? meshZoneAware)
    {
        if (rule?.ZoneAwareLbSetting is { } zoneAware)
            return new LocalityRule { ZoneAware = zoneAware };
        if (rule?.LocalityLbSetting is { } own)
            return OfSetting(own);
        if (distribution.Length > 0)
            return new LocalityRule { Locality = distribution == "PreferSameNode" ? SameNode : SameZone, Forced = true };
        if (meshZoneAware is not null)
            return new LocalityRule { ZoneAware = meshZoneAware };
        return mesh is null ? null : OfSetting(mesh);
    }

    /// <summary>Whether the cluster must look at the weights of places.</summary>
    /// <param name="detectsOutliers">Whether the cluster has outlier detection, without which nothing ever fails over.</param>
    public bool SetsWeights(bool detectsOutliers) =>
        Locality is { } setting
        && (setting.Distribute.Count > 0 || ((Forced || detectsOutliers) && (setting.Failover.Count > 0 || setting.FailoverPriority.Count > 0)));

    /// <summary>Whether the endpoints are ordered or weighted.</summary>
    /// <param name="detectsOutliers">Whether the rule itself has outlier detection.</param>
    public bool Acts(bool detectsOutliers) =>
        ZoneAware is { } zones ? zones.Enabled is not false : Locality!.Distribute.Count > 0 || Forced || detectsOutliers;

    /// <inheritdoc/>
    public override int GetHashCode() => Forced ? 1 : ZoneAware is null ? 2 : 3;

    private static LocalityRule? OfSetting(LocalityLoadBalancerSetting setting) => setting.Enabled is false ? null : new LocalityRule { Locality = setting };
}
