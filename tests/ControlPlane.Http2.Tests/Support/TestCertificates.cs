using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Http2.Tests.Support;

/// <summary>Certificates that sign themselves, made once.</summary>
internal static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> ServerCertificate = new(static () => Make("CN=localhost"));
    private static readonly Lazy<X509Certificate2> ClientCertificate = new(static () => Make("CN=client"));

    public static X509Certificate2 Server => ServerCertificate.Value;

    public static X509Certificate2 Client => ClientCertificate.Value;

    private static X509Certificate2 Make(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
