using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>A certificate is revoked while its owner has a stream open.</summary>
public class RevokedStreamTests
{
    private static readonly string Clusters = XdsType.Cluster.TypeUrl();

    [Fact]
    public async Task T2_Stream_WhoseCertificateIsRevoked_Ends_AndAnotherGoesOn()
    {
        using var plugged = new Folder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Root(key);
        foreach (var name in new[] { "ca-cert.pem", "root-cert.pem" })
            plugged.Write(name, root.ExportCertificatePem());
        plugged.Write("ca-key.pem", key.ExportPkcs8PrivateKeyPem());
        await using var server = await SecureServer.StartAsync("--ca-dir", plugged.Path);
        var roots = root.ExportCertificatePem();
        using var bad = await SecureServer.CertificateAsync(SecureServer.Channel(server.Address, roots), server.Token());
        using var good = await SecureServer.CertificateAsync(SecureServer.Channel(server.Address, roots), server.Token());
        using var refused = new AdsClient(SecureServer.Channel(server.Address, roots, bad), Node("web-1"), []);
        using var served = new AdsClient(SecureServer.Channel(server.Address, roots, good), Node("web-2"), []);
        foreach (var client in new[] { refused, served })
            await client.AckAsync(await client.AskAsync(Clusters));

        var list = new CertificateRevocationListBuilder();
        list.AddEntry(bad.SerialNumberBytes.Span);
        plugged.Write("ca-crl.pem", PemEncoding.WriteString("X509 CRL", list.Build(root, 1, DateTimeOffset.UtcNow.AddHours(1), HashAlgorithmName.SHA256)));
        await server.Running.Server.Authority.RefreshAsync(default);

        await refused.EndAsync();
        using var again = new AdsClient(SecureServer.Channel(server.Address, roots, bad), Node("web-1"), []);
        await Assert.ThrowsAnyAsync<RpcException>(() => again.AskAsync(Clusters));
        Assert.NotEmpty((await served.AskAsync(XdsType.Listener.TypeUrl())).TypeUrl);
    }

    private static X509Certificate2 Root(ECDsa key)
    {
        var request = new CertificateRequest("CN=plugged", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    private static string Node(string pod) => $$$"""
        {"id": "sidecar~10.1.0.11~{{{pod}}}.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "SERVICE_ACCOUNT": "web"}}
        """;
}
