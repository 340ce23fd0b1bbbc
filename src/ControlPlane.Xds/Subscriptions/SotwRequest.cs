namespace ControlPlane.Xds.Subscriptions;

/// <summary>A DiscoveryRequest.</summary>
/// <param name="Names">All names that are wanted from now on.</param>
public sealed record SotwRequest(IReadOnlyCollection<string> Names) : SubscriptionRequest
{
    /// <summary>The version_info, "" where absent. In the first request of a type it says that the client has something from an earlier stream.</summary>
    public string Version { get; init; } = "";
}
