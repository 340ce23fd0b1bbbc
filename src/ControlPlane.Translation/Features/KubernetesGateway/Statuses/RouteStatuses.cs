using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>What is told in the status of routes: how each of their parents that is ours takes them.</summary>
internal static class RouteStatuses
{
    /// <summary>Of a route; null for one that is refused as a whole.</summary>
    public static ObjectStatus? Of(IReader reader, string kind, ConfigObject source)
    {
        var id = new RouteId(kind, source.Key);
        if (reader.Get(RouteObjects.Object, id).Spec is not { } route)
            return null;
        var parents = reader.Get(RouteBindings.Of, id).Outcomes
            .Where(static o => o.IsOurs)
            // Of references that are the same the one that is taken is told.
            .OrderBy(static o => o.Refusal is not null).ThenBy(static o => o.Index)
            .Select(o => (o.Index, Finding: new ReferenceFinding(
                ReferenceTexts.Json(route.Parents[o.Index].Message), GatewayClasses.Controller, [Accepted(o), ResolvedRefs(RouteRules.Faults(reader, id, o.IsMesh))])))
            .DistinctBy(static p => p.Finding.ReferenceJson, StringComparer.Ordinal)
            .OrderBy(static p => p.Index);
        return new ObjectStatus
        {
            Generation = source.Generation,
            ReferencesField = "parents",
            ReferenceField = "parentRef",
            References = parents.Select(static p => p.Finding).ToEquatableArray(),
            Controllers = [GatewayClasses.Controller],
        };
    }

    private static ConditionFinding Accepted(ParentOutcome outcome) => outcome.Refusal is { } refusal
        ? new(ConditionTypes.Accepted, false, refusal.Reason, refusal.Message)
        : new(ConditionTypes.Accepted, true, Reasons.Accepted, outcome.Listeners.Count switch
        {
            0 => "clients in the mesh obey it",
            1 => $"listener {outcome.Listeners[0].Section} takes it",
            var count => $"{count} listeners take it",
        });

    /// <summary>As with istiod, of several reasons the last one is given.</summary>
    private static ConditionFinding ResolvedRefs(EquatableArray<GatewayFault> faults)
    {
        var known = faults.Where(static f => f.Reason.Length > 0).ToList();
        return known.Count == 0
            ? new(ConditionTypes.ResolvedRefs, true, Reasons.ResolvedRefs, "all that it refers to can be used")
            : new(ConditionTypes.ResolvedRefs, false, known[^1].Reason, string.Join("; ", known.Select(static f => $"{f.Field}: {f.Message}").Distinct(StringComparer.Ordinal)));
    }
}
