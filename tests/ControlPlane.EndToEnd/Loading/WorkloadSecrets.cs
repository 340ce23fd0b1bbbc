using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>The secrets every sidecar has, default and ROOTCA, self-signed and made once.</summary>
internal static class WorkloadSecrets
{
    private static readonly Lazy<(string Certificate, string Key)> Made = new(Make);

    public static Secret? Of(string name) => name switch
    {
        "default" => new Secret { Name = name, TlsCertificate = new TlsCertificate { CertificateChain = Inline(Made.Value.Certificate), PrivateKey = Inline(Made.Value.Key) } },
        "ROOTCA" => new Secret { Name = name, ValidationContext = new CertificateValidationContext { TrustedCa = Inline(Made.Value.Certificate) } },
        _ => null,
    };

    private static DataSource Inline(string pem) => new() { InlineBytes = ByteString.CopyFromUtf8(pem) };

    private static (string Certificate, string Key) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("spiffe://cluster.local/ns/shop/sa/web"));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
