using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Tests.Support;

/// <summary>Authorities for tests.</summary>
internal static class Authorities
{
    public static CurrentAuthority Current(AuthorityMaterial material)
    {
        var current = new CurrentAuthority();
        current.Set(CertificateAuthority.Load(material, "test"));
        return current;
    }

    public static CurrentAuthority NewRoot(KeyKind kind = KeyKind.EcdsaP256, TimeProvider? time = null) =>
        Current(SelfSignedRoot.Create(kind, (time ?? TimeProvider.System).GetUtcNow()));

    /// <summary>An authority below a root, as operators plug one in: its key is ECDSA P-384, the root's RSA.</summary>
    /// <param name="notBefore">When the intermediate begins.</param>
    /// <param name="lifetime">How long it lives from then on.</param>
    public static AuthorityMaterial Intermediate(DateTimeOffset? notBefore = null, TimeSpan? lifetime = null)
    {
        using var rootKey = RSA.Create(2048);
        var rootRequest = new CertificateRequest("CN=plugged root", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var rootIdentifier = new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false);
        rootRequest.CertificateExtensions.Add(rootIdentifier);
        using var root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(3000));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=plugged intermediate", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(rootIdentifier));
        var from = notBefore ?? DateTimeOffset.UtcNow.AddDays(-1);
        using var certificate = request.Create(
            root.SubjectName, X509SignatureGenerator.CreateForRSA(rootKey, RSASignaturePadding.Pkcs1), from, from + (lifetime ?? TimeSpan.FromDays(300)), [1, 2, 3]);
        var pem = certificate.ExportCertificatePem() + "\n";
        var rootPem = root.ExportCertificatePem() + "\n";
        return new AuthorityMaterial(pem, key.ExportPkcs8PrivateKeyPem(), pem + rootPem, rootPem);
    }
}
