using System.Collections.Immutable;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Clusters that a delta client brought along from an earlier stream and that are gone since (X43). Its routes may still name them, so
/// nothing is said of them, nor of their endpoints, before it has accepted listeners and routes without them (X55).
/// </summary>
/// <param name="Names">Their names; none for a client that starts, and for state of the world, where it does not say what it has.</param>
/// <param name="Nonce">The first response with clusters to a client that comes back, 0 for one that starts.</param>
internal sealed record LingeringClusters(NameSet Names, long Nonce)
{
    /// <summary>None.</summary>
    public static LingeringClusters None { get; } = new(NameSet.Empty, 0);

    /// <summary>Those that a client brings along with its first request for clusters.</summary>
    /// <param name="clusters">What it wants and has.</param>
    /// <param name="target">What it should have.</param>
    /// <param name="nonce">The response to that request.</param>
    public static LingeringClusters Of(Subscription clusters, ResourceSet target, long nonce) => clusters.Interest.Wildcard
        ? new LingeringClusters(NameSet.From(clusters.Known!.Keys.Where(name => target.Find(name) is null)), nonce)
        : None;

    /// <summary>
    /// Whether it is known which listeners and routes the client has. It asks for all that it has at once: when it has answered the first
    /// response, that has been read.
    /// </summary>
    public bool IsUseKnown(Subscription clusters, Subscription listeners, Subscription routes) =>
        clusters.AnsweredNonce >= Nonce || (listeners.IsActive && routes.IsActive);

    /// <summary>A subscription to clusters or endpoints as if the client had not brought them along.</summary>
    public Subscription HideIn(Subscription subscription, ResourceSet target) => Names.Count == 0
        ? subscription
        : subscription with
        {
            Known = subscription.Known!.Where(known => !Names.Contains(known.Key) || target.Find(known.Key) is not null)
                .ToImmutableDictionary(StringComparer.Ordinal),
        };

    /// <summary>A subscription to clusters whose next response says that they are gone.</summary>
    public Subscription Release(Subscription clusters, ResourceSet target, NameSets sets) =>
        clusters.Force(sets.From(Names.Where(name => target.Find(name) is null)), sets);
}
