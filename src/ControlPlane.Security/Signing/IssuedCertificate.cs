using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>A certificate that was issued. It holds no private key.</summary>
/// <param name="Certificate">The leaf.</param>
/// <param name="Authority">Who signed it.</param>
/// <param name="NotBefore">When it begins.</param>
/// <param name="NotAfter">When it ends.</param>
/// <param name="Serial">Its serial number in hexadecimal.</param>
public sealed record IssuedCertificate(X509Certificate2 Certificate, CertificateAuthority Authority, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Serial)
{
    /// <summary>What a peer is shown: the leaf and the intermediates, one PEM each, without the root.</summary>
    public IEnumerable<string> PresentedPem => [Certificate.ExportCertificatePem() + "\n", .. Authority.IntermediatesPem];
}
