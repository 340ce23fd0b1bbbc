using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Simulation;

/// <summary>What a client offers in its TLS handshake.</summary>
/// <param name="ServerName">SNI, "" for none.</param>
/// <param name="ApplicationProtocols">ALPN, in the client's order.</param>
/// <param name="HasCertificate">Whether it has a certificate to show. That it is trusted is taken for granted.</param>
public sealed record SimulatedTls(string ServerName, EquatableArray<string> ApplicationProtocols, bool HasCertificate = false);
