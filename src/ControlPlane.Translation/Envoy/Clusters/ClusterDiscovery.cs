namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>How a cluster finds its hosts.</summary>
internal enum ClusterDiscovery
{
    /// <summary>It asks for its endpoints by name.</summary>
    Eds,

    /// <summary>It connects to where the client wanted to go.</summary>
    OriginalDestination,

    /// <summary>It resolves host names and uses all answers.</summary>
    StrictDns,

    /// <summary>It resolves host names and uses one answer at a time.</summary>
    LogicalDns,

    /// <summary>Its hosts are written into it.</summary>
    Static,

    /// <summary>It resolves the host of each request.</summary>
    DynamicForwardProxy,
}
