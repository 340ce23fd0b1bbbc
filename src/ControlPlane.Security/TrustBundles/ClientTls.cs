using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
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
        OnConnection = _ =>
        {
            var authority = current.Value!;
            return ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = server.Get(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = true,
                CertificateChainPolicy = authority.Roots.CreatePolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    certificate is null || (errors == SslPolicyErrors.None && !HasRevoked(chain, authority.Revoked)),
                AllowRenegotiation = false,
            });
        },
    };

    // .NET asks the network for lists, or the machine's store, but takes none from its caller.
    private static bool HasRevoked(X509Chain? chain, RevocationList revoked) =>
        chain is null || chain.ChainElements.Any(element => revoked.Contains(element.Certificate));
}
