using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Simulation;

/// <summary>What a client offers in its TLS handshake.</summary>
/// <param name="ServerName">SNI, "" for none.</param>
/// <param name="ApplicationProtocols">ALPN, in the client's order.</param>
/// <param name="HasCertificate">Whether it has a certificate to show. That it is trusted is taken for granted.</param>
/// <param name="Principal">Whom the certificate is for, <c>domain/ns/namespace/sa/account</c>; "" where that is not known.</param>
public sealed record SimulatedTls(string ServerName, EquatableArray<string> ApplicationProtocols, bool HasCertificate = false, string Principal = "");
