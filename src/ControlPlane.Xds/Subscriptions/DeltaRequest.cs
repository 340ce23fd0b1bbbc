using System.Collections.Immutable;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>A DeltaDiscoveryRequest.</summary>
/// <param name="Subscribe">Names to add. A name that is subscribed already asks for its resource once more (X41).</param>
/// <param name="Unsubscribe">Names to drop.</param>
public sealed record DeltaRequest(IReadOnlyCollection<string> Subscribe, IReadOnlyCollection<string> Unsubscribe) : SubscriptionRequest
{
    /// <summary>Versions that a reconnecting client has, by name. Read from the first request of a type only.</summary>
    public IReadOnlyDictionary<string, string> InitialVersions { get; init; } = ImmutableDictionary<string, string>.Empty;
}
