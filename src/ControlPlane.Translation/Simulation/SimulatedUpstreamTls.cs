namespace ControlPlane.Translation.Simulation;

/// <summary>How a proxy talks to an endpoint.</summary>
/// <param name="Mode">Whether with TLS, and with whose certificate.</param>
/// <param name="ServerName">SNI that it sends, "" for none. Where the cluster takes it from the request, that of the request.</param>
public sealed record SimulatedUpstreamTls(SimulatedTlsMode Mode, string ServerName)
{
    /// <summary>No TLS.</summary>
    public static SimulatedUpstreamTls None { get; } = new(SimulatedTlsMode.Plaintext, "");
}
