using ControlPlane.Model.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>Joins the rules of one namespace that are for one host.</summary>
internal static class RuleMerge
{
    /// <summary>
    /// The rules that remain, in order: those with a selector first, then by age. A rule joins an earlier one of its host that is exported
    /// alike, or less widely, and that selects alike: it gives its subsets, and its policy where the earlier has none. Of a
    /// user's rule and a derived one both policies count, the user's first.
    /// </summary>
    public static List<DestinationRuleSpec> Join(IEnumerable<DestinationRuleSpec> rules)
    {
        var result = new List<DestinationRuleSpec>();
        foreach (var rule in rules)
        {
            var stands = true;
            for (var i = 0; i < result.Count; i++)
            {
                if (result[i].Host == rule.Host)
                    stands = Absorb(result, i, rule);
            }

            if (stands)
                result.Add(rule);
        }

        return result;
    }

    /// <summary>Lets an earlier rule take over what it may; returns whether the new rule must also stand on its own, as far as this one is concerned.</summary>
    private static bool Absorb(List<DestinationRuleSpec> rules, int index, DestinationRuleSpec rule)
    {
        var earlier = rules[index];
        var stands = rule.ExportTo != earlier.ExportTo;
        if (stands && (earlier.ExportTo.IsEmpty || !earlier.ExportTo.All(e => rule.ExportTo.Contains(e))))
            return true;
        var bothSelect = rule.Selector is not null && earlier.Selector is not null;
        if (bothSelect && !rule.Selector!.Equals(earlier.Selector))
            return true;
        if (bothSelect || (rule.Selector is null && earlier.Selector is null))
            stands = false;
        rules[index] = earlier with
        {
            Subsets = earlier.Subsets.Concat(rule.Subsets.Where(s => earlier.SubsetOf(s.Name) is null)).ToEquatableArray(),
            Policy = earlier.IsDerived == rule.IsDerived ? earlier.Policy ?? rule.Policy
                : rule.IsDerived ? Fill(earlier.Policy, rule.Policy)
                : Fill(rule.Policy, earlier.Policy),
        };
        return stands;
    }

    /// <summary>What a user says, and for what the user leaves open what a derived rule says.</summary>
    private static TrafficPolicy? Fill(TrafficPolicy? user, TrafficPolicy? derived)
    {
        if (user is null || derived is null)
            return user ?? derived;
        var result = user.Clone();
        result.ConnectionPool ??= derived.ConnectionPool;
        result.OutlierDetection ??= derived.OutlierDetection;
        result.LoadBalancer ??= derived.LoadBalancer;
        result.Tls ??= derived.Tls;
        result.Tunnel ??= derived.Tunnel;
        result.ProxyProtocol ??= derived.ProxyProtocol;
        result.RetryBudget ??= derived.RetryBudget;
        foreach (var port in derived.PortLevelSettings)
        {
            if (result.PortLevelSettings.FirstOrDefault(p => p.Port?.Number == port.Port.Number) is not { } own)
            {
                result.PortLevelSettings.Add(port);
                continue;
            }

            own.LoadBalancer ??= port.LoadBalancer;
            own.ConnectionPool ??= port.ConnectionPool;
            own.OutlierDetection ??= port.OutlierDetection;
            own.Tls ??= port.Tls;
        }

        return result;
    }
}
