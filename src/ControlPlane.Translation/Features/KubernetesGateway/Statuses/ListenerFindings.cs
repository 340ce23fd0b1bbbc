using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>What is told of listeners, and of the services that they are served by.</summary>
internal static class ListenerFindings
{
    private const string Fine = "nothing is wrong";

    /// <summary>What is told of the listeners of an object.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="kind">Gateway or ListenerSet.</param>
    /// <param name="owner">The object.</param>
    /// <param name="outcomes">What became of its listeners, in order.</param>
    public static EquatableArray<ListenerFinding> Of(IReader reader, string kind, ObjectKey owner, IEnumerable<ListenerOutcome> outcomes)
    {
        var counts = reader.Get(AttachedRoutes.Of, (kind, owner));
        return outcomes.Select(o => new ListenerFinding(
            o.Id.Section, o.Kinds, counts.FirstOrDefault(c => c.Listener == o.Id).Routes, Conditions(o).ToEquatableArray())).ToEquatableArray();
    }

    /// <summary>Whether services serve a Gateway.</summary>
    /// <param name="presence">Where they are found.</param>
    /// <param name="hasServices">Whether there is a service that could.</param>
    public static ConditionFinding Programmed(ServicePresence presence, bool hasServices)
    {
        var assigned = string.Join(" and ", presence.Assigned);
        if (!hasServices)
            return new(ConditionTypes.Programmed, false, Reasons.UnsupportedAddress, "none of the addresses names a service");
        if (presence.Warnings.IsEmpty)
            return new(ConditionTypes.Programmed, true, Reasons.Programmed, assigned.Length == 0 ? "there is nothing to serve" : $"served by {assigned}");
        var missing = string.Join("; ", presence.Warnings);
        return new(
            ConditionTypes.Programmed, false, presence.AreUsable ? Reasons.AddressNotAssigned : Reasons.AddressNotUsable,
            assigned.Length == 0 ? missing : $"served by {assigned}, but {missing}");
    }

    private static IEnumerable<ConditionFinding> Conditions(ListenerOutcome outcome)
    {
        yield return Condition(outcome, ConditionTypes.Accepted, Reasons.Accepted);
        yield return Condition(outcome, ConditionTypes.Conflicted, Reasons.NoConflicts);
        yield return Condition(outcome, ConditionTypes.Programmed, Reasons.Programmed);
        // What is left out for a conflict is looked at no further.
        if (!outcome.IsConflicted)
            yield return Condition(outcome, ConditionTypes.ResolvedRefs, Reasons.ResolvedRefs);
    }

    private static ConditionFinding Condition(ListenerOutcome outcome, string type, string reason)
    {
        var faults = outcome.Faults.Where(f => f.Condition == type).ToList();
        return new ConditionFinding(
            type, (faults.Count == 0) != (type == ConditionTypes.Conflicted), faults.Count == 0 ? reason : faults[0].Reason,
            faults.Count == 0 ? Fine : string.Join("; ", faults.Select(static f => f.Message).Distinct()));
    }
}
