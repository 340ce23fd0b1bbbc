using System.Net;

namespace ControlPlane.Translation.Simulation;

/// <summary>A connection that a proxy takes.</summary>
/// <param name="Entry">How it reaches the proxy.</param>
/// <param name="Source">Who opens it.</param>
/// <param name="Destination">Where the client opens it to, which interception does not change.</param>
/// <param name="Content">What the client says first.</param>
/// <param name="Tls">The client's handshake, null without TLS.</param>
public sealed record SimulatedConnection(
    ConnectionEntry Entry, IPEndPoint Source, IPEndPoint Destination, ConnectionContent Content, SimulatedTls? Tls = null);
