using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Says what the next response of a type has to hold: the difference between what a client has and what it should have. A plan that
/// other streams need too is computed once. Safe for concurrent use.
/// </summary>
public sealed class ResponsePlanner
{
    private readonly PairMemo<PlanKey, ResponsePlan> _plans = new();
    private readonly PairMemo<int, ResponsePlan> _resolved = new();
    private readonly PairMemo<int, HashSet<string>> _references = new();

    /// <summary>
    /// Whether a set can answer a subscription. One that was computed for certain names can't before it covers all that are asked.
    /// </summary>
    public static bool CanAnswer(Subscription subscription, ResourceSet target)
    {
        if (target.Asked is not { } asked || ReferenceEquals(asked, subscription.Interest.Names))
            return true;
        foreach (var name in subscription.Interest.Names)
        {
            if (!asked.Contains(name))
                return false;
        }

        return true;
    }

    /// <summary>The next response, or null where there is nothing to say.</summary>
    /// <param name="subscription">What the client wants and has.</param>
    /// <param name="target">What it should have.</param>
    /// <param name="clusters">Its subscription to clusters; their endpoint sets are answered even if they don't exist (X56).</param>
    public ResponsePlan? Plan(Subscription subscription, ResourceSet target, Subscription clusters)
    {
        if (!subscription.IsActive || (subscription.IsSettled && ReferenceEquals(subscription.Base, target)))
            return null;
        var question = new PlanQuestion(subscription, target);
        var plan = question.IsShared
            ? _plans.GetOrAdd(question.From, target, question.Key, question, PlanBuilder.Build)
            : PlanBuilder.Build(question);
        if (plan.Absent.Count > 0)
            plan = _resolved.GetOrAdd(plan, clusters.Base, 0, (Planner: this, Plan: plan, Clusters: clusters.Base), static s => s.Planner.Resolve(s.Plan, s.Clusters));

        return plan.IsEmpty && !plan.IsFinal && !MustAnswer(subscription) ? null : plan;
    }

    // An empty answer says something: to a delta client that its request was read and nothing is new, to a state of the world client that
    // it should have no listener or cluster at all (X25). Envoy does not start without it. The types of Istio's agent have one resource
    // or are not answered.
    private static bool MustAnswer(Subscription subscription) =>
        subscription.AnswerDue
        && PlanBuilder.HasEmptyAnswer(subscription.Type)
        && (subscription.Variant == XdsVariant.Delta || subscription.IsComplete);

    // X56: an endpoint set that some cluster of the client waits for is empty; one that nobody knows does not exist (X42).
    private ResponsePlan Resolve(ResponsePlan plan, ResourceSet clusters)
    {
        var resources = plan.Resources.ToList();
        var removed = plan.Removed.ToList();
        foreach (var name in plan.Absent)
        {
            if (IsReferenced(clusters, name))
                resources.Add(EmptyResources.Create(plan.Type, name));
            else if (plan.Variant == XdsVariant.Delta)
                removed.Add(name);
        }

        resources.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        removed.Sort(StringComparer.Ordinal);
        return new ResponsePlan(plan.Type, plan.Variant, resources, removed);
    }

    private bool IsReferenced(ResourceSet clusters, string name)
    {
        // Nearly always a cluster has the name of its endpoint set.
        if (clusters.Find(name) is { } cluster && cluster.References.Contains(name))
            return true;
        return clusters.Count > 0
            && _references.GetOrAdd(clusters, clusters, 0, clusters, static set => [.. set.Resources.SelectMany(r => r.References)]).Contains(name);
    }
}
