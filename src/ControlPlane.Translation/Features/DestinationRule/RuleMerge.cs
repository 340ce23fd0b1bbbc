using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>Joins the rules of one namespace that are for one host.</summary>
internal static class RuleMerge
{
    /// <summary>
    /// The rules that remain, in order: those with a selector first, then by age. A rule joins an earlier one of its host that is exported
    /// alike, or less widely, and that selects alike: it gives its subsets, and its policy where the earlier has none.
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
            Policy = earlier.Policy ?? rule.Policy,
        };
        return stands;
    }
}
