using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Holds back the removal of clusters until the client has accepted listeners and routes that do without them. A refusal keeps it
/// closed until a later good answer.
/// </summary>
/// <param name="Clusters">The clusters that those listeners and routes go with, and all that were sent with later ones.</param>
/// <param name="ListenerNonce">The last response with listeners at that time, 0 for none.</param>
/// <param name="RouteNonce">The last response with routes at that time, 0 for none.</param>
internal sealed record RemovalGate(ResourceSet Clusters, long ListenerNonce, long RouteNonce)
{
    /// <summary>Whether the client has let go.</summary>
    public bool IsOpen(Subscription listeners, Subscription routes) => Passed(listeners, ListenerNonce) && Passed(routes, RouteNonce);

    /// <summary>The gate when listeners and routes follow that go with other clusters.</summary>
    public RemovalGate Widen(ResourceSet clusters, InterimTargets interim) =>
        ReferenceEquals(clusters, Clusters) ? this : this with { Clusters = interim.Clusters(Clusters, clusters, Clusters) };

    private static bool Passed(Subscription subscription, long nonce) =>
        !subscription.IsActive || (subscription.AnsweredNonce >= nonce && subscription.Rejected.Count == 0);
}
