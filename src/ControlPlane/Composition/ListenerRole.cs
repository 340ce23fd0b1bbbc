namespace ControlPlane.Composition;

/// <summary>What an address of the server is for. An endpoint answers only on the addresses of its role.</summary>
internal enum ListenerRole
{
    /// <summary>gRPC without TLS: ADS.</summary>
    Xds,

    /// <summary>gRPC with TLS: ADS and the certificate service.</summary>
    SecureXds,

    /// <summary>Readiness and debugging.</summary>
    Http,

    /// <summary>Metrics and version.</summary>
    Monitoring,

    /// <summary>The injection webhook.</summary>
    Webhook,
}
