namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>What a cluster speaks, as far as the port says.</summary>
internal enum UpstreamProtocol
{
    /// <summary>Opaque.</summary>
    Tcp,

    /// <summary>HTTP/1.1.</summary>
    Http,

    /// <summary>HTTP/2.</summary>
    Http2,

    /// <summary>Not said, and the proxy does not detect it (gateways).</summary>
    Unknown,

    /// <summary>Not said: the version that the client speaks.</summary>
    Detected,
}
