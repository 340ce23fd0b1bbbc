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

    /// <summary>Of a policy; null for one that is refused, or that an annotation takes out of force.</summary>
    public static ObjectStatus? Of(IReader reader, ConfigObject source)
    {
        if (reader.Get(BackendTlsPolicies.Outcome, source.Key) is not { } outcome)
            return null;
        var resolved = outcome.RootsRefusal is { } roots
            ? new ConditionFinding(ConditionTypes.ResolvedRefs, false, roots.Reason, roots.Message)
            : new ConditionFinding(ConditionTypes.ResolvedRefs, true, Reasons.ResolvedRefs, "the roots can be used");
        var targets = outcome.Targets.Select(t => new ReferenceFinding(ReferenceTexts.Json(t.Target.Message), MeshController, [Accepted(outcome, t.Refusal), resolved]));
        var gateways = outcome.Targets
            .Where(static t => t.Refusal is null or { Reason: not Reasons.TargetNotFound })
            .SelectMany(t => reader.Get(BackendUsers.Of, (t.Target.Message.Kind, new ObjectKey(source.Key.Namespace, t.Target.Message.Name))).Select(g => (Gateway: g, t.Refusal)))
            .GroupBy(static g => g.Gateway)
            .OrderBy(static g => g.Key)
            .Select(g => new ReferenceFinding(
                ReferenceTexts.Json(g.Key), GatewayClasses.Controller, [Accepted(outcome, g.Any(static t => t.Refusal is null) ? null : g.First().Refusal), resolved]));
        return new ObjectStatus
        {
            Generation = source.Generation,
            ReferencesField = "ancestors",
            ReferenceField = "ancestorRef",
            References = targets.Concat(gateways).DistinctBy(static r => (r.ReferenceJson, r.Controller)).Take(MostEntries).ToEquatableArray(),
            Controllers = [GatewayClasses.Controller, MeshController],
        };
    }

    private static ConditionFinding Accepted(PolicyOutcome outcome, Refusal? refusal) => refusal is not null
        ? new(ConditionTypes.Accepted, false, refusal.Reason, refusal.Message)
        : outcome.RootsRefusal is { } roots
            ? new(ConditionTypes.Accepted, false, Reasons.NoValidRoots, roots.Message)
            : new(ConditionTypes.Accepted, true, Reasons.Accepted, "connections to the target are verified");
}
