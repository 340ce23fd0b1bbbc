using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>A certificate that was issued. It holds no private key.</summary>
/// <param name="Encoded">The leaf in DER.</param>
/// <param name="Authority">Who signed it.</param>
/// <param name="NotBefore">When it begins.</param>
/// <param name="NotAfter">When it ends.</param>
/// <param name="Serial">Its serial number in hexadecimal.</param>
public sealed record IssuedCertificate(ReadOnlyMemory<byte> Encoded, CertificateAuthority Authority, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Serial)
{
    private const string Label = "CERTIFICATE";

    /// <summary>What a peer is shown: the leaf and the intermediates, one PEM each, without the root.</summary>
    public IEnumerable<string> PresentedPem => [PemEncoding.WriteString(Label, Encoded.Span) + "\n", .. Authority.IntermediatesPem];

    /// <summary>The leaf as .NET knows certificates.</summary>
    public X509Certificate2 ToCertificate() => X509CertificateLoader.LoadCertificate(Encoded.Span);
}
