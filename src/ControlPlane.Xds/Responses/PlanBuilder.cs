using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>Computes a plan from scratch.</summary>
internal static class PlanBuilder
{
    /// <summary>The plan that answers a question. It is empty where nothing has to be said.</summary>
    public static ResponsePlan Build(PlanQuestion question)
    {
        var names = Candidates(question);
        return question.IsComplete ? Complete(question, names) : Difference(question, names);
    }

    // The names that may have to be told, sorted, each once.
    private static List<string> Candidates(PlanQuestion question)
    {
        var names = new List<string>();
        if (!ReferenceEquals(question.From, question.Target) && question.Covered != Interest.None)
            names.AddRange(question.Target.ChangedSince(question.From).Where(question.Covered.Covers));
        if (!question.Covered.Wildcard && !ReferenceEquals(question.Interest.Names, question.Covered.Names))
            names.AddRange(question.Interest.Names.Where(n => !question.Covered.Names.Contains(n)));
        if (question.Interest.Wildcard && (question.ForcedAll || !question.Covered.Wildcard))
            AddAll(question, names);
        names.AddRange(question.Forced.Where(question.Interest.Covers));
        if (question.ForcedAll)
            names.AddRange(question.Interest.Names);

        // X46: what was refused is sent again only together with a change of it, or with anything where a response lists all.
        if (question.Rejected.Count > 0 && (question.IsComplete ? names.Count > 0 || question.AnswerDue : names.Exists(question.Rejected.Contains)))
            names.AddRange(question.Rejected.Where(question.Interest.Covers));
        return SortedDistinct(names);
    }

    private static void AddAll(PlanQuestion question, List<string> names)
    {
        var all = question.Target.Resources.Select(r => r.Name).Concat(question.KnownNames).Concat(question.Crossed);
        names.AddRange(question.ForcedAll ? all : all.Where(n => !question.Covered.Names.Contains(n)));
    }

    private static List<string> SortedDistinct(List<string> names)
    {
        names.Sort(StringComparer.Ordinal);
        var kept = 0;
        for (var i = 0; i < names.Count; i++)
        {
            if (i == 0 || !string.Equals(names[i], names[kept - 1], StringComparison.Ordinal))
                names[kept++] = names[i];
        }

        names.RemoveRange(kept, names.Count - kept);
        return names;
    }

    /// <summary>Whether an answer without resources means something for a type. Istio's agent never reads one of its own types.</summary>
    public static bool HasEmptyAnswer(XdsType type) => type is not (XdsType.NameTable or XdsType.ProxyConfig);

    // State of the world for listeners and clusters: all or nothing.
    private static ResponsePlan Complete(PlanQuestion question, List<string> names)
    {
        if (names.Count == 0 && !question.AnswerDue)
            return new ResponsePlan(question.Type, question.Variant, [], []);
        var resources = question.Interest.Wildcard
            ? question.Target.Resources.ToArray()
            : [.. question.Interest.Names.Select(question.Target.Find).OfType<EncodedResource>()];
        var updated = names.Select(question.Target.Find).OfType<EncodedResource>().ToArray();
        return new ResponsePlan(question.Type, question.Variant, resources, [], updated)
        {
            IsFinal = HasEmptyAnswer(question.Type),
            Added = Added(question, updated),
        };
    }

    private static EncodedResource[] Added(PlanQuestion question, IReadOnlyCollection<EncodedResource> updated) =>
        question.Type == XdsType.Cluster && question.IsUpdate ? [.. updated.Where(r => question.IsNew(r.Name))] : [];

    private static ResponsePlan Difference(PlanQuestion question, List<string> names)
    {
        var resources = new List<EncodedResource>(names.Count);
        var removed = new List<string>();
        var absent = new List<string>();
        foreach (var name in names)
        {
            var resource = question.Target.Find(name) ?? Substitute(question, name, absent);
            if (resource is null)
            {
                if (IsRemoval(question, name))
                    removed.Add(name);
            }
            else if (question.ForcedAll || question.Forced.Contains(name) || question.KnownVersion(name) != resource.Version)
            {
                resources.Add(resource);
            }
        }

        return new ResponsePlan(question.Type, question.Variant, [.. resources], [.. removed], absent: absent) { Added = Added(question, resources) };
    }

    // What stands for a resource that does not exist, if anything does.
    private static EncodedResource? Substitute(PlanQuestion question, string name, List<string> absent)
    {
        if (question.Type is not (XdsType.Endpoint or XdsType.Route))
            return null;

        // X53: the endpoints of a service that is gone. X57: a route configuration, be it gone or unknown.
        if (question.Had(name) || (question.Type == XdsType.Route && question.Asked(name)))
            return EmptyResources.Create(question.Type, name);
        if (question.Asked(name))
            absent.Add(name);
        return null;
    }

    private static bool IsRemoval(PlanQuestion question, string name) =>
        question.Variant == XdsVariant.Delta
        && question.Type switch
        {
            // Never removed: they have a substitute, or are resolved later.
            XdsType.Endpoint or XdsType.Route => false,

            // X50: Envoy would drop the filter and with it the listener's traffic.
            XdsType.ExtensionConfig => false,
            _ => question.Had(name) || question.Asked(name),
        };
}
