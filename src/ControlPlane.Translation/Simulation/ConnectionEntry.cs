namespace ControlPlane.Translation.Simulation;

/// <summary>How a connection reaches a proxy.</summary>
public enum ConnectionEntry
{
    /// <summary>The application beside the proxy opens it and interception leads it to the listener for outbound traffic.</summary>
    Outbound,

    /// <summary>It comes to the workload and interception leads it to the listener for inbound traffic.</summary>
    Inbound,

    /// <summary>It is opened to a port of the proxy itself, as to a gateway or a sidecar without interception.</summary>
    Direct,
}
