using ControlPlane.Model.Proxies;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Orders places by how near they are to the proxy, or weights them as a rule says.</summary>
internal static class LocalityPriorities
{
    // A foreign region that is not the one to fail over to comes last.
    private const int PlacesOfLocality = 5;
    private const int PlacesOfRegion = 3;

    /// <summary>The groups in order of use; those of one priority keep their order.</summary>
    public static List<EndpointGroup> Apply(List<EndpointGroup> groups, LocalityRule rule, EndpointTraits traits)
    {
        var proxy = traits.Locality ?? ProxyLocality.Unknown;
        if (rule.Locality is { Distribute.Count: > 0 } weighted)
        {
            Distribute(groups, proxy, weighted);
            return groups;
        }

        var priorities = rule.Priorities;
        if (!priorities.IsEmpty)
            groups = Compact(groups.SelectMany(g => SplitByLabels(g, rule, traits)).ToList());
        if (rule.ZoneAware is { } zones)
            return Rank(groups, PlacesOfRegion, g => RegionDistance(g, proxy, zones));
        var setting = rule.Locality!;
        return priorities.IsEmpty || setting.Failover.Count > 0 ? Rank(groups, PlacesOfLocality, g => Distance(g, proxy, setting)) : groups;
    }

    /// <summary>Splits a place by how many of the labels, from the first on, agree with the proxy's.</summary>
    private static IEnumerable<EndpointGroup> SplitByLabels(EndpointGroup group, LocalityRule rule, EndpointTraits traits)
    {
        var labels = rule.Priorities;
        var parts = new SortedDictionary<int, EndpointGroup>();
        foreach (var (row, workload) in group.Hosts)
        {
            var priority = 0;
            var foreign = 0;
            for (var i = 0; i < labels.Count; i++)
            {
                if (traits.PriorityValues[i] == (TopologyLabels.Find(workload, labels[i].Label) ?? ""))
                    continue;
                // Another network makes a host worse than any of the own network, but the rest still counts.
                if (i == 0 && labels[0] == (TopologyLabels.Network, null))
                {
                    foreign = labels.Count;
                    continue;
                }

                priority = labels.Count - i;
                break;
            }

            priority += foreign;
            if (!parts.TryGetValue(priority, out var part))
                parts[priority] = part = new EndpointGroup(group.Locality) { Priority = priority };
            part.Add(row, workload);
        }

        return parts.Values;
    }

    private static List<EndpointGroup> Rank(List<EndpointGroup> groups, int places, Func<EndpointGroup, int> distance)
    {
        foreach (var group in groups)
            group.Priority = (group.Priority * places) + distance(group);
        return Compact(groups);
    }

    /// <summary>Envoy wants priorities without gaps.</summary>
    private static List<EndpointGroup> Compact(List<EndpointGroup> groups)
    {
        var ranks = groups.Select(static g => g.Priority).Distinct().Order().ToList();
        foreach (var group in groups)
            group.Priority = ranks.IndexOf(group.Priority);
        return groups;
    }

    private static int Distance(EndpointGroup group, ProxyLocality proxy, LocalityLoadBalancerSetting setting)
    {
        var place = ProxyLocality.Parse(group.Locality);
        if (place.Region == proxy.Region)
            return place.Zone != proxy.Zone ? 2 : place.Subzone != proxy.Subzone ? 1 : 0;
        var target = setting.Failover.FirstOrDefault(f => f.From == proxy.Region);
        return target is not null && target.To != place.Region ? 4 : 3;
    }

    private static int RegionDistance(EndpointGroup group, ProxyLocality proxy, ZoneAwareLoadBalancerSetting setting)
    {
        var region = ProxyLocality.Parse(group.Locality).Region;
        if (region == proxy.Region)
            return 0;
        return setting.Failover.FirstOrDefault(f => f.From == proxy.Region)?.To == region ? 1 : 2;
    }

    /// <summary>
    /// Gives places the weights that the first entry for the proxy's place says; a pattern's weight is split among the places that it
    /// matches, by their own weights. Places that no pattern matches lose their hosts.
    /// </summary>
    private static void Distribute(List<EndpointGroup> groups, ProxyLocality proxy, LocalityLoadBalancerSetting setting)
    {
        var entry = setting.Distribute.FirstOrDefault(d => Matches(proxy, d.From));
        if (entry is null)
            return;
        var open = groups.ToList();
        foreach (var (pattern, weight) in entry.To.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var matched = open.Where(g => Matches(ProxyLocality.Parse(g.Locality), pattern)).ToList();
            open.RemoveAll(matched.Contains);
            var total = matched.Sum(static g => (double)g.Weight);
            foreach (var group in matched)
            {
                var share = (double)group.Weight * weight / total;
                if (share > 0)
                    group.GivenWeight = (uint)Math.Ceiling(share);
            }
        }

        foreach (var group in open)
            group.Clear();
    }

    private static bool Matches(ProxyLocality place, string pattern)
    {
        var wanted = ProxyLocality.Parse(pattern);
        return Fits(wanted.Region, place.Region, false) && Fits(wanted.Zone, place.Zone, true) && Fits(wanted.Subzone, place.Subzone, true);
    }

    private static bool Fits(string wanted, string actual, bool emptyFits) => wanted == "*" || (emptyFits && wanted.Length == 0) || wanted == actual;
}
