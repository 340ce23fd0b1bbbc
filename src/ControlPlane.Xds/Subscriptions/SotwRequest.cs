namespace ControlPlane.Xds.Subscriptions;

/// <summary>A DiscoveryRequest.</summary>
/// <param name="Names">All names that are wanted from now on.</param>
public sealed record SotwRequest(IReadOnlyCollection<string> Names) : SubscriptionRequest;
