namespace ControlPlane.Translation.Simulation;

/// <summary>How a proxy talks to an endpoint.</summary>
public enum SimulatedTlsMode
{
    /// <summary>Without TLS of its own; TLS that the client began goes through.</summary>
    Plaintext,

    /// <summary>TLS without a certificate of the proxy's own.</summary>
    Simple,

    /// <summary>TLS with a certificate that a user gave.</summary>
    Mutual,

    /// <summary>TLS with the certificate of the workload.</summary>
    IstioMutual,
}
