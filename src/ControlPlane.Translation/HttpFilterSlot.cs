namespace ControlPlane.Translation;

/// <summary>
/// The places of HTTP filters in a connection manager, in order. A feature contributes filters to its places; nobody changes a
/// chain that another has made. See <see cref="HttpFilterOrder"/>.
/// </summary>
public enum HttpFilterSlot
{
    /// <summary>Who the peer is: before anything that may refuse, so that refusals can be attributed.</summary>
    MetadataExchange,

    /// <summary>AuthorizationPolicy CUSTOM: matching and external check.</summary>
    CustomAuthorization,

    /// <summary>Extensions of phase AUTHN.</summary>
    AuthenticationExtension,

    /// <summary>RequestAuthentication.</summary>
    RequestAuthentication,

    /// <summary>Extensions of phase AUTHZ.</summary>
    AuthorizationExtension,

    /// <summary>AuthorizationPolicy AUDIT, DENY, ALLOW.</summary>
    Authorization,

    /// <summary>Extensions of phase STATS.</summary>
    StatsExtension,

    /// <summary>Extensions without phase.</summary>
    Extension,

    /// <summary>gRPC-Web to gRPC.</summary>
    GrpcWeb,

    /// <summary>gRPC statistics.</summary>
    GrpcStats,

    /// <summary>Application protocols towards the upstream.</summary>
    Alpn,

    /// <summary>Faults of routes.</summary>
    Fault,

    /// <summary>CORS of routes.</summary>
    Cors,

    /// <summary>Istio's metrics.</summary>
    Stats,

    /// <summary>Resolution of the requested host.</summary>
    DynamicForwardProxy,

    /// <summary>Sends the request on: always last.</summary>
    Router,
}
