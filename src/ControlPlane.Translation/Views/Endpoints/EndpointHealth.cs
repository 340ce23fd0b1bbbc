namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>What is known of an endpoint's health.</summary>
public enum EndpointHealth
{
    /// <summary>Nothing is said (WorkloadEntries, endpoints of a ServiceEntry): no status is sent.</summary>
    Unknown,

    /// <summary>Ready.</summary>
    Healthy,

    /// <summary>Not ready.</summary>
    Unhealthy,

    /// <summary>Finishing: only sessions that are bound to it may still use it.</summary>
    Draining,

    /// <summary>Going away: never sent.</summary>
    Terminating,
}
