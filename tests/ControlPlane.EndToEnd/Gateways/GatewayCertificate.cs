using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ControlPlane.EndToEnd.Gateways;

/// <summary>A certificate that signs itself, as its owner would put it into a Secret.</summary>
internal sealed class GatewayCertificate : IDisposable
{
    private readonly string _chain;
    private readonly string _key;

    public GatewayCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
        (_chain, _key) = (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        using var pair = X509Certificate2.CreateFromPem(_chain, _key);
        Certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A Secret of the namespace shop with certificate and key, and perhaps the trust anchor of clients.</summary>
    public string Secret(string name, GatewayCertificate? clients = null) =>
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: {name: {{name}}, namespace: shop}
        type: kubernetes.io/tls
        data:
          tls.crt: {{Encoded(_chain)}}
          tls.key: {{Encoded(_key)}}
        {{(clients is null ? "" : "  ca.crt: " + Encoded(clients._chain))}}
        """;

    public void Dispose() => Certificate.Dispose();

    private static string Encoded(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
