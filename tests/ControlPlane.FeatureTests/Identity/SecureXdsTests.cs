using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Grpc.Client;
using ControlPlane.Model.Delivery;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>xDS over TLS: who may speak for which node, and the secrets of a stream.</summary>
public class SecureXdsTests
{
    private static readonly string Clusters = XdsType.Cluster.TypeUrl(), Secrets = XdsType.Secret.TypeUrl();

    [Fact]
    public async Task X6_Stream_WithoutAProof_IsUnauthenticated_ForAnotherNode_PermissionDenied()
    {
        await using var server = await SecureServer.StartAsync();
        foreach (var token in new[] { null, "x", server.Token() + "x" })
        {
            using var client = server.Connect(token, Node());
            var refusal = await client.RefusedAsync(Clusters);
            Assert.Equal((StatusCode.Unauthenticated, "authentication failure"), (refusal.StatusCode, refusal.Detail));
        }

        foreach (var (node, code) in new[] { (Node(space: "other"), StatusCode.PermissionDenied), (Node(account: "admin"), StatusCode.PermissionDenied) })
        {
            using var client = server.Connect(server.Token(), node);
            Assert.Equal(code, (await client.RefusedAsync(Clusters)).StatusCode);
        }

        foreach (var node in new[] { Node(), Node(account: "") })
        {
            using var client = server.Connect(server.Token(), node);
            Assert.NotEmpty((await client.AskAsync(Clusters)).Resources);
        }
    }

    [Fact]
    public async Task X6_Stream_WithAClientCertificateOfTheMesh_NeedsNoToken()
    {
        await using var server = await SecureServer.StartAsync();
        using var first = await server.CertificateAsync(server.Token());
        using var renewed = await server.CertificateAsync(token: null, first);
        using var client = server.Connect(token: null, Node(), renewed);
        Assert.NotEmpty((await client.AskAsync(Clusters)).Resources);

        using var other = server.Connect(token: null, Node(account: "admin"), renewed);
        Assert.Equal(StatusCode.PermissionDenied, (await other.RefusedAsync(Clusters)).StatusCode);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("event")]
    [InlineData("grpc")]
    public async Task S17_Generator_OfTheClientsChoice_WidensNothing(string generator)
    {
        await using var server = await SecureServer.StartAsync();
        using var client = server.Connect(server.Token(), Node(space: "other", generator: generator));

        Assert.Equal(StatusCode.PermissionDenied, (await client.RefusedAsync(Clusters)).StatusCode);
    }

    [Fact]
    public async Task X58_Secrets_ForAProvenIdentity_AreItsOwn_WithoutOneThereAreNone()
    {
        await using var server = await SecureServer.StartAsync();
        using var client = server.Connect(server.Token(), Node());
        var secrets = Read(await client.AskAsync(Secrets, "default", "ROOTCA", "kubernetes://shop/other"));

        Assert.Equal(["ROOTCA", "default"], secrets.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(server.Roots, secrets["ROOTCA"].ValidationContext.TrustedCa.InlineBytes.ToStringUtf8());
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/web", IdentityOf(secrets["default"]));
        using var pair = X509Certificate2.CreateFromPem(Pem(secrets["default"]), secrets["default"].TlsCertificate.PrivateKey.InlineBytes.ToStringUtf8());
        Assert.True(pair.HasPrivateKey);

        using var plain = new AdsClient(GrpcChannel.ForAddress($"http://{server.Running.Server.Addresses.Xds}"), Node(), []);
        await plain.SendAsync(Secrets, "default", "ROOTCA");
        await plain.AskAsync(Clusters); // the next answer of the stream is not one with secrets
    }

    [Fact]
    public async Task S4_Secrets_AskedByManyCallersAtOnce_AreNeverAnothers()
    {
        await using var server = await SecureServer.StartAsync();
        var random = new Random(4);
        var callers = Enumerable.Range(0, 40).Select(_ => (Space: $"ns{random.Next(4)}", Account: $"sa{random.Next(4)}")).ToList();
        var keys = await Task.WhenAll(callers.Select(async (caller, i) =>
        {
            var node = Node(caller.Space, caller.Account).Replace("web-1.", $"web-{i}.", StringComparison.Ordinal);
            using var client = server.Connect(server.Token(caller.Space, caller.Account), node);
            var secret = Read(await client.AskAsync(Secrets, "default"))["default"];
            Assert.Equal($"spiffe://cluster.local/ns/{caller.Space}/sa/{caller.Account}", IdentityOf(secret));
            return secret.TlsCertificate.PrivateKey.InlineBytes.ToStringUtf8();
        }));

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public async Task Secrets_AreRenewedAtHalfOfTheirLife_OnTheSameStream()
    {
        await using var server = await SecureServer.StartAsync("--cert-ttl", "2s");
        using var client = server.Connect(server.Token(), Node());
        var response = await client.AskAsync(Secrets, "default", "ROOTCA");
        var seen = new HashSet<string> { Pem(Read(response)["default"]) };
        for (var i = 0; i < 3; i++)
        {
            await client.AckAsync(response);
            response = await client.ReadAsync();
            var secrets = Read(response);
            Assert.Equal(["default"], secrets.Keys);
            Assert.True(seen.Add(Pem(secrets["default"])));
        }
    }

    [Fact]
    public async Task T2_Stream_EndsWithTheCertificateThatOpenedIt()
    {
        // Long enough for the stream to be opened with it.
        await using var server = await SecureServer.StartAsync("--cert-ttl", "10s");
        using var certificate = await server.CertificateAsync(server.Token());
        using var client = server.Connect(token: null, Node(), certificate);
        await client.AckAsync(await client.AskAsync(Clusters));

        await client.EndAsync();
    }

    [Fact]
    public async Task T10_ConfigDump_ShowsNoPrivateKey()
    {
        await using var server = await SecureServer.StartAsync();
        using var client = server.Connect(server.Token(), Node());
        var secret = Read(await client.AskAsync(Secrets, "default", "ROOTCA"))["default"];
        var (status, dump) = await server.Running.GetAsync("/debug/config_dump?proxyID=web-1.shop");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("ROOTCA", dump, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String("[redacted]"u8), dump, StringComparison.Ordinal);
        var key = secret.TlsCertificate.PrivateKey.InlineBytes.ToStringUtf8();
        Assert.DoesNotContain("PRIVATE KEY", dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(key))[..40], dump, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Split('\n')[1], dump, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", (await server.Running.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_PlaintextXds_CanBeTurnedOff()
    {
        await using var server = await SecureServer.StartAsync("--plaintext-xds", "false");

        Assert.Null(server.Running.Server.Addresses.Plaintext);
        using var client = server.Connect(server.Token(), Node());
        await client.AskAsync(Clusters);
    }

    [Fact]
    public async Task LostRoot_StopsTheStart_WithWordsWhatToDo()
    {
        using var folder = new Folder();
        await using (await RunningServer.StartAsync("--data-dir", folder.Path))
        {
        }

        File.Delete(folder.Of("authority.json"));
        var fault = await Assert.ThrowsAsync<ControlPlane.Composition.StartupException>(() => RunningServer.StartAsync("--data-dir", folder.Path));
        Assert.Contains("restore it from a backup", fault.Message, StringComparison.Ordinal);
    }

    private static string Node(string space = "shop", string account = "web", string generator = "") => $$$"""
        {
          "id": "sidecar~10.1.0.11~web-1.{{{space}}}~{{{space}}}.svc.cluster.local",
          "metadata": {"NAMESPACE": "{{{space}}}", "SERVICE_ACCOUNT": "{{{account}}}", "CLUSTER_ID": "Kubernetes", "AGENT": "none", "GENERATOR": "{{{generator}}}", "INSTANCE_IPS": "10.1.0.11"}
        }
        """;

    private static Dictionary<string, Secret> Read(DiscoveryResponse response) =>
        response.Resources.Select(resource => resource.Unpack<Secret>()).ToDictionary(secret => secret.Name, StringComparer.Ordinal);

    private static string Pem(Secret secret) => secret.TlsCertificate.CertificateChain.InlineBytes.ToStringUtf8();

    private static string IdentityOf(Secret secret)
    {
        using var certificate = X509Certificate2.CreateFromPem(Pem(secret));
        var names = Encoding.ASCII.GetString(certificate.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17").RawData);
        return names[names.IndexOf("spiffe://", StringComparison.Ordinal)..];
    }
}
