namespace ControlPlane.Health;

/// <summary>How a part of the server is doing.</summary>
internal enum HealthState
{
    /// <summary>As it should.</summary>
    Ok,

    /// <summary>Not as it should, but proxies are served.</summary>
    Degraded,

    /// <summary>So that no proxy should be sent here.</summary>
    Failing,
}
