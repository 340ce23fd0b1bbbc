using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>What is told in the status of BackendTLSPolicies: for each target, and for each Gateway whose routes lead to one.</summary>
internal static class PolicyStatuses
{
    /// <summary>Tells of policies for clients in the mesh; istiod's name.</summary>
    private const string MeshController = "istio.io/mesh-controller";

    /// <summary>Greatest number of entries that the API takes; targets go first.</summary>
    private const int MostEntries = 16;

    /// <summary>Of a policy; null for one that is refused.</summary>
    public static ObjectStatus? Of(IReader reader, ConfigObject source)
    {
        if (reader.Get(BackendTlsPolicies.Outcome, source.Key) is not { } outcome)
            return null;
        var targets = outcome.Targets.Select(t => new ReferenceFinding(ReferenceTexts.Json(t.Target.Message), MeshController, Conditions(outcome, t.Refusal)));
        var gateways = outcome.IsIgnored ? [] : outcome.Targets
            .Where(static t => t.Refusal is null or { Reason: not Reasons.TargetNotFound })
            .SelectMany(t => reader.Get(BackendUsers.Of, (t.Target.Message.Kind, new ObjectKey(source.Key.Namespace, t.Target.Message.Name))).Select(g => (Gateway: g, t.Refusal)))
            .GroupBy(static g => g.Gateway)
            .OrderBy(static g => g.Key)
            .Select(g => new ReferenceFinding(
                ReferenceTexts.Json(g.Key), GatewayClasses.Controller, Conditions(outcome, g.Any(static t => t.Refusal is null) ? null : g.First().Refusal)));
        return new ObjectStatus
        {
            Generation = source.Generation,
            ReferencesField = "ancestors",
            ReferenceField = "ancestorRef",
            References = targets.Concat(gateways).DistinctBy(static r => (r.ReferenceJson, r.Controller)).Take(MostEntries).ToEquatableArray(),
            Controllers = [GatewayClasses.Controller, MeshController],
        };
    }

    private static EquatableArray<ConditionFinding> Conditions(PolicyOutcome outcome, Refusal? refusal)
    {
        var accepted = Accepted(outcome, refusal);
        if (outcome.IsIgnored)
            return [accepted];
        return outcome.RootsRefusal is { } roots
            ? [accepted, new(ConditionTypes.ResolvedRefs, false, roots.Reason, roots.Message)]
            : [accepted, new(ConditionTypes.ResolvedRefs, true, Reasons.ResolvedRefs, "the roots can be used")];
    }

    private static ConditionFinding Accepted(PolicyOutcome outcome, Refusal? refusal) => refusal is not null
        ? new(ConditionTypes.Accepted, false, refusal.Reason, refusal.Message)
        : outcome.RootsRefusal is { } roots
            ? new(ConditionTypes.Accepted, false, Reasons.NoValidRoots, roots.Message)
            : new(ConditionTypes.Accepted, true, Reasons.Accepted, "connections to the target are verified");
}
