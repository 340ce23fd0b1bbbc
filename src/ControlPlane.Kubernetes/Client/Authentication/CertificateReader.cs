using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Kubernetes.Client.Authentication;

/// <summary>Reads PEM certificates.</summary>
internal static class CertificateReader
{
    /// <summary>A certificate with its private key.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The texts are no pair.</exception>
    public static X509Certificate2 WithKey(string certificate, string key)
    {
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        // A key that came from PEM lives in memory only, which not every platform's TLS takes; a PKCS #12 round trip makes it usable.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
