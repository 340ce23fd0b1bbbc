using System.Net.Security;
using ControlPlane.Security.Signing;

namespace ControlPlane.Composition.Webhook;

/// <summary>The certificate that the mesh's own authority issues for the server.</summary>
internal sealed class AuthorityCertificate(ServerCertificate certificate) : IServerCertificate
{
    /// <inheritdoc/>
    public SslStreamCertificateContext Current => certificate.Get();
}
