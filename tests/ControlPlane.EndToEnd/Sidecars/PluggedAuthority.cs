using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>A directory with an authority below a root, as operators plug one in, and the revocation lists of both.</summary>
internal sealed class PluggedAuthority : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root, _certificate;
    private int _number;

    public PluggedAuthority()
    {
        _root = Request("CN=plugged root", _rootKey).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(8));
        _certificate = Request("CN=plugged intermediate", _key).Create(
            _root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(7), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(System.IO.Path.Combine(Path, "root-cert.pem"), _root.ExportCertificatePem());
        File.WriteAllText(System.IO.Path.Combine(Path, "ca-cert.pem"), _certificate.ExportCertificatePem());
        File.WriteAllText(System.IO.Path.Combine(Path, "cert-chain.pem"), _certificate.ExportCertificatePem() + "\n" + _root.ExportCertificatePem());
        File.WriteAllText(System.IO.Path.Combine(Path, "ca-key.pem"), _key.ExportPkcs8PrivateKeyPem());
        WriteRevoked();
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("authority-").FullName;

    /// <summary>Replaces the lists: of the root's nothing is revoked, of the intermediate's these.</summary>
    /// <param name="serials">Serial numbers in hexadecimal.</param>
    public void WriteRevoked(params string[] serials)
    {
        var file = System.IO.Path.Combine(Path, "ca-crl.pem");
        File.WriteAllText(file + ".new", ListOf(_root, _rootKey) + ListOf(_certificate, _key, serials));
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _key.Dispose();
        _root.Dispose();
        _certificate.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private string ListOf(X509Certificate2 issuer, ECDsa key, params string[] serials)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var serial in serials)
            list.AddEntry(Convert.FromHexString(serial));
        var der = list.Build(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), new BigInteger(++_number), DateTimeOffset.UtcNow.AddHours(1), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false), DateTimeOffset.UtcNow.AddMinutes(-5));
        return PemEncoding.WriteString("X509 CRL", der) + "\n";
    }
}
