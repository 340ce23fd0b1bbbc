using System.Net.Security;
using System.Security.Authentication;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Signing;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ControlPlane.Security.TrustBundles;

/// <summary>How handshakes go: the server's own certificate, TLS 1.2 or later, a client certificate if the client has one of ours.</summary>
public static class ClientTls
{
    /// <summary>The rules for each handshake, with the certificate and the roots of that moment.</summary>
    /// <param name="server">The server's certificate.</param>
    /// <param name="current">The authority, whose roots clients are checked against.</param>
    public static TlsHandshakeCallbackOptions Options(ServerCertificate server, CurrentAuthority current) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = server.Get(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = true,
            CertificateChainPolicy = current.Value!.Roots.CreatePolicy(),
            RemoteCertificateValidationCallback = static (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None,
            AllowRenegotiation = false,
        }),
    };
}
