namespace ControlPlane.Translation.Simulation;

/// <summary>What the first bytes of a connection are, inside TLS where there is TLS.</summary>
public enum ConnectionContent
{
    /// <summary>Nothing that an inspector knows.</summary>
    Bytes,

    /// <summary>A request of HTTP/1.1.</summary>
    Http1,

    /// <summary>The preface of HTTP/2.</summary>
    Http2,
}
