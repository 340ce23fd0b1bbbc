using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Holds back listeners and routes until the client makes use of clusters that it did not have before: Envoy answers 503 where a route
/// names a cluster that still warms. It answers a response with clusters when none of them warms any more. Endpoints that were asked for
/// and given show less, since Envoy asks for a cluster's secrets after that; they have to do where a client is stuck and answers nothing.
/// </summary>
/// <param name="Clusters">The new clusters.</param>
/// <param name="Nonce">The last response that added one of them or changed it.</param>
/// <param name="Endpoints">Their endpoint sets.</param>
/// <param name="Answers">Whether the client can be expected to answer when its clusters are warm.</param>
internal sealed record WarmingGate(IReadOnlyList<EncodedResource> Clusters, long Nonce, NameSet Endpoints, bool Answers)
{
    /// <summary>The gate after a response with clusters; null where nothing is to be waited for.</summary>
    /// <param name="old">The gate before it.</param>
    /// <param name="added">Clusters in the response that the client did not have.</param>
    /// <param name="target">The clusters that the client has with the response.</param>
    /// <param name="nonce">The response.</param>
    /// <param name="answers">Whether the client can be expected to answer when its clusters are warm.</param>
    public static WarmingGate? After(WarmingGate? old, IReadOnlyList<EncodedResource> added, ResourceSet target, long nonce, bool answers)
    {
        var kept = new List<EncodedResource>();
        var renewed = added.Count > 0;
        foreach (var cluster in old?.Clusters ?? [])
        {
            // One that goes before it was warm is of no interest; one that changes starts to warm again.
            if (target.Find(cluster.Name) is not { } now)
                continue;
            kept.Add(now);
            renewed |= !now.SameContent(cluster);
        }

        if (kept.Count + added.Count == 0)
            return null;
        kept.AddRange(added);
        return new WarmingGate(kept, renewed ? nonce : old!.Nonce, NameSet.From(kept.SelectMany(c => c.References)), answers);
    }

    /// <summary>Whether listeners and routes may name one of the clusters: those of a configuration with at least one of them.</summary>
    public bool Concerns(ResourceSet target) => Clusters.Any(cluster => target.Find(cluster.Name) is not null);

    /// <summary>Whether the client makes use of the clusters, or has refused them, so that waiting makes no sense.</summary>
    /// <param name="clusters">What the client has of clusters.</param>
    /// <param name="endpoints">What it has of endpoints.</param>
    public bool IsOpen(Subscription clusters, Subscription endpoints) =>
        IsAnswered(clusters)
        || !clusters.Interest.Wildcard
        || (!Answers && Endpoints.All(name => endpoints.Covered.Covers(name) && !endpoints.Forced.Contains(name)));

    // Where each response repeats all clusters a later one that is on its way may bring what an earlier refusal left out.
    private bool IsAnswered(Subscription clusters) =>
        clusters.AnsweredNonce >= Nonce
        && (!clusters.IsComplete || clusters.Rejected.Count == 0 || clusters.AnsweredNonce >= clusters.SentNonce);
}
