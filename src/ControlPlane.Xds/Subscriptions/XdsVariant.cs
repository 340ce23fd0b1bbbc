namespace ControlPlane.Xds.Subscriptions;

/// <summary>How a stream speaks xDS. Both variants share one subscription machine and one planner; they differ in how a difference is written.</summary>
public enum XdsVariant
{
    /// <summary>State of the world: DiscoveryRequest and DiscoveryResponse. A request lists all names that are wanted.</summary>
    StateOfTheWorld,

    /// <summary>Incremental: DeltaDiscoveryRequest and DeltaDiscoveryResponse. A request lists names to add and to drop.</summary>
    Delta,
}
