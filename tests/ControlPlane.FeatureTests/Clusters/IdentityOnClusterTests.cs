using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.FeatureTests.Identity;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Grpc.Client;
using ControlPlane.Security.CertificateService;
using ControlPlane.Testing.Clusters;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>The authority in a Secret, its roots in ConfigMaps, and callers that the cluster proves, on a real API server.</summary>
[Collection(ClusterCollection.Name)]
public sealed class IdentityOnClusterTests(ClusterFixture cluster)
{
    private const string Root = "istio-system";

    [ApiServerFact]
    public async Task Replicas_ShareOneAuthority_PublishItsRoots_AndSignForServiceAccounts()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace(Root) + ClusterYaml.Namespace("ids") + """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: web, namespace: ids}
            """);
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var published = await UntilPublishedAsync("ids");
        var token = await cluster.Server.SignTokenAsync("ids", "web", TimeSpan.FromHours(1), "istio-ca");

        foreach (var server in new[] { first, second })
        {
            var chain = await CreateAsync(server, published, token);
            Assert.Equal(published.Trim(), chain[^1].Trim());
            using var leaf = X509Certificate2.CreateFromPem(chain[0]);
            var names = Encoding.ASCII.GetString(leaf.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17").RawData);
            Assert.EndsWith("spiffe://cluster.local/ns/ids/sa/web", names, StringComparison.Ordinal);
            foreach (var bad in new[] { await cluster.Server.SignTokenAsync("ids", "web", TimeSpan.FromHours(1)), token + "x" })
                Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => CreateAsync(server, published, bad))).StatusCode);
        }

        // The key is lost, the roots are published: no new root.
        await cluster.Server.KubectlAsync("delete", "secret", "istio-ca-secret", "-n", Root);
        var fault = await Assert.ThrowsAsync<ControlPlane.Composition.StartupException>(StartAsync);
        Assert.Contains("restore it from a backup", fault.Message, StringComparison.Ordinal);

        // The one that leads gives its lease back.
        await first.Server.StopAsync("the test is over");
        await second.Server.StopAsync("the test is over");
        // Only now: who leads would write it again, and no other test could make an authority.
        await cluster.Server.KubectlAsync("delete", "configmap", "istio-ca-root-cert", "-n", Root);
    }

    [ApiServerFact]
    public async Task PluggedAuthority_WithRevocationLists_PublishesThemAndItsRoots()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace(Root) + ClusterYaml.Namespace("revoked"));
        using var folder = new Folder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = PluggedRequest("CN=plugged", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var list = new CertificateRevocationListBuilder();
        list.AddEntry([1, 2, 3]);
        var pem = PemEncoding.WriteString("X509 CRL", list.Build(root, 1, DateTimeOffset.UtcNow.AddHours(1), HashAlgorithmName.SHA256));
        foreach (var name in new[] { "ca-cert.pem", "root-cert.pem" })
            folder.Write(name, root.ExportCertificatePem());
        folder.Write("ca-key.pem", key.ExportPkcs8PrivateKeyPem());
        folder.Write("ca-crl.pem", pem);
        await using var server = await RunningServer.StartAsync("--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig, "--ca-dir", folder.Path);

        Assert.Equal(pem.Trim(), (await UntilPublishedAsync("revoked", "istio-ca-crl", "ca-crl.pem")).Trim());
        Assert.Equal(root.ExportCertificatePem().Trim(), (await UntilPublishedAsync("revoked")).Trim());

        // The one that leads gives its leases back, and no other test finds its roots.
        await server.Server.StopAsync("the test is over");
        await cluster.Server.KubectlAsync("delete", "configmap", "istio-ca-root-cert", "istio-ca-crl", "-n", Root);
    }

    [ApiServerFact]
    public async Task PluggedSecret_IsSignedWith_FollowedWhenItChanges_AndNotReplacedInSilenceWhenItGoes()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace(Root) + ClusterYaml.Namespace("plugged") + """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: web, namespace: plugged}
            """);
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rootCertificate = PluggedRequest("CN=plugged root", root).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow.AddHours(2));
        await PlugAsync("first", rootCertificate, root);
        try
        {
            await using (var server = await StartAsync())
            {
                Assert.Equal(rootCertificate.ExportCertificatePem().Trim(), (await UntilPublishedAsync("plugged")).Trim());
                var keeper = server.Server.Authority;
                Assert.Equal("CN=first", await SignerAsync(server, rootCertificate));

                await cluster.Server.KubectlAsync("delete", "secret", "cacerts", "-n", Root);
                await keeper.RefreshAsync(default);
                Assert.Equal("CN=first", await SignerAsync(server, rootCertificate));
                Assert.Contains(server.Log, line => line.Contains($"Secret {Root}/cacerts is gone", StringComparison.Ordinal));

                await PlugAsync("second", rootCertificate, root);
                await keeper.RefreshAsync(default);
                Assert.Equal("CN=second", await SignerAsync(server, rootCertificate));
                var command = await Support.Cli.RunAsync(["ca", "prepare", "--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig]);
                Assert.Equal(1, command.ExitCode);
                Assert.Contains("plugged in", command.Error, StringComparison.Ordinal);
                await server.Server.StopAsync("the test is over");
            }
        }
        finally
        {
            await cluster.Server.KubectlAsync("delete", "secret", "cacerts", "-n", Root, "--ignore-not-found");
        }

        // The roots that were published are those of an authority that is gone, and there is none of our own.
        await cluster.Server.KubectlAsync("delete", "secret", "istio-ca-secret", "-n", Root, "--ignore-not-found");
        Assert.Contains("begin anew", (await Assert.ThrowsAsync<ControlPlane.Composition.StartupException>(StartAsync)).Message, StringComparison.Ordinal);
        await cluster.Server.KubectlAsync("delete", "configmap", "istio-ca-root-cert", "-n", Root);
    }

    /// <summary>Makes the Secret cacerts with an authority of a name below a root.</summary>
    private async Task PlugAsync(string name, X509Certificate2 root, ECDsa rootKey)
    {
        using var folder = new Folder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = PluggedRequest("CN=" + name, key).Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        folder.Write("ca-cert.pem", certificate.ExportCertificatePem());
        folder.Write("ca-key.pem", key.ExportECPrivateKeyPem());
        folder.Write("cert-chain.pem", certificate.ExportCertificatePem() + "\n" + root.ExportCertificatePem());
        folder.Write("root-cert.pem", root.ExportCertificatePem());
        await cluster.Server.KubectlAsync("create", "secret", "generic", "cacerts", "-n", Root, "--from-file=" + folder.Path);
    }

    /// <summary>Who signs for a service account of the namespace plugged.</summary>
    private async Task<string> SignerAsync(RunningServer server, X509Certificate2 root)
    {
        using var leaf = await SecureServer.CertificateAsync(
            SecureServer.Channel(server.Server.Addresses.SecureXds, root.ExportCertificatePem()), await cluster.Server.SignTokenAsync("plugged", "web", TimeSpan.FromHours(1), "istio-ca"));
        return leaf.Issuer;
    }

    private static CertificateRequest PluggedRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static async Task<IReadOnlyList<string>> CreateAsync(RunningServer server, string roots, string token)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(roots);
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        using var channel = GrpcChannel.ForAddress($"https://localhost:{server.Server.Addresses.SecureXds.Port}", new GrpcChannelOptions { HttpHandler = handler });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new IstioCertificateRequest { Csr = new CertificateRequest("O=istio", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() };
        var headers = new Metadata { { "authorization", "Bearer " + token } };
        var response = await channel.CreateCallInvoker().AsyncUnaryCall(CertificateServiceMethods.CreateCertificate, null, new CallOptions(headers), request).ResponseAsync;
        return [.. response.CertChain];
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync("--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig);

    private async Task<string> UntilPublishedAsync(string space, string name = "istio-ca-root-cert", string key = "root-cert.pem")
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await cluster.Server.KubectlAsync("get", "configmap", name, "-n", space, "-o", $"jsonpath={{.data.{key.Replace(".", "\\.", StringComparison.Ordinal)}}}");
            }
            catch (InvalidOperationException) when (attempt < 100)
            {
                await Task.Delay(200);
            }
        }
    }
}
