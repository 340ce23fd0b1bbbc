namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>How a workload takes connections. Ordered and numbered as in Istio's API.</summary>
public enum MutualTlsMode
{
    /// <summary>Not said: inherited from the level above.</summary>
    Unset,

    /// <summary>Plaintext only.</summary>
    Disable,

    /// <summary>Mutual TLS and plaintext.</summary>
    Permissive,

    /// <summary>Mutual TLS only.</summary>
    Strict,
}
