namespace ControlPlane.Translation;

/// <summary>The places of network filters in a chain, in order. See <see cref="NetworkFilterOrder"/>.</summary>
public enum NetworkFilterSlot
{
    /// <summary>Who the peer is.</summary>
    MetadataExchange,

    /// <summary>AuthorizationPolicy CUSTOM.</summary>
    CustomAuthorization,

    /// <summary>Extensions of phase AUTHN.</summary>
    AuthenticationExtension,

    /// <summary>Extensions of phase AUTHZ.</summary>
    AuthorizationExtension,

    /// <summary>AuthorizationPolicy AUDIT, DENY, ALLOW.</summary>
    Authorization,

    /// <summary>Extensions of phase STATS.</summary>
    StatsExtension,

    /// <summary>Extensions without phase.</summary>
    Extension,

    /// <summary>Istio's metrics; not in chains that end in a connection manager.</summary>
    Stats,

    /// <summary>Resolution of the host that the TLS client names.</summary>
    SniDynamicForwardProxy,

    /// <summary>Reads a protocol for its statistics.</summary>
    ProtocolInspection,

    /// <summary>Connection manager or TCP proxy: always last.</summary>
    Terminal,
}
