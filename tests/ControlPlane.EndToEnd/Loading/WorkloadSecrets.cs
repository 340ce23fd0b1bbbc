using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>The secrets of a sidecar, default and ROOTCA, from an authority that all tests of this process share.</summary>
internal sealed class WorkloadSecrets
{
    private static readonly Lazy<X509Certificate2> Authority = new(MakeAuthority);

    private readonly Secret _own;
    private readonly Secret _root;

    /// <param name="identity">A SPIFFE id.</param>
    public WorkloadSecrets(string identity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity));
        request.CertificateExtensions.Add(names.Build(critical: true));
        using var certificate = request.Create(
            Authority.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(16));
        _own = new Secret
        {
            Name = "default",
            TlsCertificate = new TlsCertificate { CertificateChain = Inline(certificate.ExportCertificatePem()), PrivateKey = Inline(key.ExportPkcs8PrivateKeyPem()) },
        };
        _root = new Secret { Name = "ROOTCA", ValidationContext = new CertificateValidationContext { TrustedCa = Inline(Authority.Value.ExportCertificatePem()) } };
    }

    /// <summary>The secret of a name, or null where there is none.</summary>
    public Secret? Of(string name) => name == _own.Name ? _own : name == _root.Name ? _root : null;

    private static DataSource Inline(string pem) => new() { InlineBytes = ByteString.CopyFromUtf8(pem) };

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=cluster.local", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
