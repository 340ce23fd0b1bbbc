using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Tests.Support;

/// <summary>Revocation lists, and authorities whose certificates let them sign some.</summary>
internal static class Lists
{
    /// <summary>An authority below another one, both with ECDSA keys.</summary>
    public static AuthorityMaterial Below(
        AuthorityMaterial issuer, string name, X509KeyUsageFlags usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)
    {
        using var above = X509Certificate2.CreateFromPem(issuer.CertificatePem, issuer.KeyPem);
        using var aboveKey = above.GetECDsaPrivateKey()!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.Create(
            above.SubjectName, X509SignatureGenerator.CreateForECDsa(aboveKey), DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddDays(30), RandomNumberGenerator.GetBytes(8));
        var pem = certificate.ExportCertificatePem() + "\n";
        return new AuthorityMaterial(pem, key.ExportPkcs8PrivateKeyPem(), pem + (issuer.ChainPem.Length > 0 ? issuer.ChainPem : issuer.CertificatePem), issuer.RootsPem);
    }

    /// <summary>A list of an authority, PEM.</summary>
    public static string Of(AuthorityMaterial issuer, params ReadOnlyMemory<byte>[] serials) => Of(issuer, null, DateTimeOffset.UtcNow.AddDays(1), serials);

    /// <summary>A list that says it is of another issuer than the one who signs it, or that it was to be replaced already.</summary>
    public static string Of(AuthorityMaterial signer, string? issuer, DateTimeOffset nextUpdate, params ReadOnlyMemory<byte>[] serials)
    {
        using var certificate = X509Certificate2.CreateFromPem(signer.CertificatePem, signer.KeyPem);
        var builder = new CertificateRevocationListBuilder();
        foreach (var serial in serials)
            builder.AddEntry(serial.Span);
        using var ec = certificate.GetECDsaPrivateKey();
        using var rsa = certificate.GetRSAPrivateKey();
        var der = builder.Build(
            issuer is null ? certificate.SubjectName : new X500DistinguishedName(issuer),
            ec is not null ? X509SignatureGenerator.CreateForECDsa(ec) : X509SignatureGenerator.CreateForRSA(rsa!, RSASignaturePadding.Pkcs1),
            BigInteger.One, nextUpdate, HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false),
            nextUpdate.AddDays(-2));
        return PemEncoding.WriteString("X509 CRL", der) + "\n";
    }
}
