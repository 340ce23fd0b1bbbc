using System.Runtime.CompilerServices;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// What a client should have while it moves from one configuration to the next: the new clusters, and the old ones that its old routes
/// and listeners still name (X55). Computed once for all clients that make the same move. Safe for concurrent use.
/// </summary>
public sealed class InterimTargets
{
    private readonly WeakPairMemo<object, ResourceSet> _clusters = new();
    private readonly WeakPairMemo<(object, object), ResourceSet> _endpoints = new();

    // Stands for a set in a key without keeping it alive.
    private readonly ConditionalWeakTable<ResourceSet, object> _tokens = new();

    /// <summary>
    /// The new clusters with those of the old that they lack and that <paramref name="keep"/> has. The very new set where that adds
    /// nothing; the very old set where it differs from the new one in nothing else.
    /// </summary>
    /// <param name="old">What the client has.</param>
    /// <param name="target">What it should have in the end.</param>
    /// <param name="keep">Which of the vanished to keep: those in this set; all of them if it is <paramref name="old"/> itself.</param>
    public ResourceSet Clusters(ResourceSet old, ResourceSet target, ResourceSet keep) =>
        ReferenceEquals(old, target) ? target : _clusters.GetOrAdd(old, target, Token(keep), () => Merge(old, target, n => keep.Find(n) is not null));

    /// <summary>The new endpoint sets with those of the old that a cluster needs which is kept for the interim only.</summary>
    /// <param name="old">What the client has.</param>
    /// <param name="target">What it should have in the end.</param>
    /// <param name="clusters">The clusters of the interim.</param>
    /// <param name="finalClusters">The clusters in the end.</param>
    public ResourceSet Endpoints(ResourceSet old, ResourceSet target, ResourceSet clusters, ResourceSet finalClusters)
    {
        if (ReferenceEquals(old, target) || ReferenceEquals(clusters, finalClusters))
            return target;
        return _endpoints.GetOrAdd(
            old, target, (Token(clusters), Token(finalClusters)), () => Merge(old, target, Needed(clusters, finalClusters).Contains));
    }

    private object Token(ResourceSet set) => _tokens.GetValue(set, static _ => new object());

    private static HashSet<string> Needed(ResourceSet clusters, ResourceSet finalClusters) =>
    [
        .. finalClusters.ChangedSince(clusters)
            .Where(n => finalClusters.Find(n) is null)
            .SelectMany(n => clusters.Find(n)!.References),
    ];

    private static ResourceSet Merge(ResourceSet old, ResourceSet target, Func<string, bool> keep)
    {
        var kept = new List<EncodedResource>();
        var others = false;
        foreach (var name in target.ChangedSince(old))
        {
            if (target.Find(name) is null && keep(name))
                kept.Add(old.Find(name)!);
            else
                others = true;
        }

        if (kept.Count == 0)
            return target;

        // A set from scratch, not a successor: the target gets its successor from the engine.
        return others ? ResourceSet.From(target.Resources.Concat(kept), target.Asked) : old;
    }
}
