using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Authority;

/// <summary>Makes roots.</summary>
public static class SelfSignedRoot
{
    /// <summary>How long a root is valid (Istio's: 3,650 days).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <summary>
    /// How long before now a root begins. A leaf is back-dated for clocks that are behind; its root must be valid by such a clock too, also
    /// in the first minutes of a mesh.
    /// </summary>
    public static readonly TimeSpan BackDating = TimeSpan.FromHours(1);

    // Roots that follow each other have different names, so that no verifier takes one for the other.
    private const int NameTagBytes = 4;

    /// <summary>Makes a root with a new key.</summary>
    /// <param name="kind">The key.</param>
    /// <param name="now">Wall clock.</param>
    public static AuthorityMaterial Create(KeyKind kind, DateTimeOffset now)
    {
        using AsymmetricAlgorithm key = kind switch
        {
            KeyKind.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            KeyKind.Rsa2048 => RSA.Create(2048),
            KeyKind.Rsa4096 => RSA.Create(4096),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        var name = new X500DistinguishedName($"CN=root {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameTagBytes))}, O=ControlPlane");
        var request = key is ECDsa ec
            ? new CertificateRequest(name, ec, HashAlgorithmName.SHA256)
            : new CertificateRequest(name, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - BackDating, now + Lifetime);
        var pem = Pems.Write(certificate);
        return new AuthorityMaterial(pem, key.ExportPkcs8PrivateKeyPem() + "\n", "", pem);
    }
}
