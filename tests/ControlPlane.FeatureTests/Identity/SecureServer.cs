using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Grpc.Client;
using ControlPlane.Security.Callers;
using ControlPlane.Security.CertificateService;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>A whole server with a data directory, and clients of its TLS address.</summary>
public sealed class SecureServer : IAsyncDisposable
{
    private readonly Folder _folder;
    private readonly IssuedTokens _tokens;

    private SecureServer(RunningServer running, Folder folder, IssuedTokens tokens)
    {
        Running = running;
        _folder = folder;
        _tokens = tokens;
    }

    public RunningServer Running { get; }

    public IPEndPoint Address => Running.Server.Addresses.SecureXds;

    /// <summary>Writes a file of the mesh that it serves.</summary>
    public void WriteMesh(string name, string content) => _folder.Write(Path.Combine("mesh", name), content);

    /// <summary>The roots, as the data directory publishes them.</summary>
    public string Roots => File.ReadAllText(_folder.Of("data", "root-cert.pem"));

    public static async Task<SecureServer> StartAsync(params string[] settings)
    {
        var folder = new Folder();
        folder.Write("mesh/mesh.yaml", Meshes.Namespaces + "\n---\n" + Meshes.Service("web"));
        var running = await RunningServer.StartAsync(["--source", "dir:" + folder.Of("mesh"), "--data-dir", folder.Of("data"), .. settings]);
        return new SecureServer(running, folder, await IssuedTokens.OpenAsync(folder.Of("data"), default));
    }

    public string Token(string space = "shop", string account = "web") =>
        _tokens.Issue(space, account, "istio-ca", TimeSpan.FromHours(1), DateTimeOffset.UtcNow);

    /// <summary>Opens a channel whose server certificate is checked against the published roots.</summary>
    public GrpcChannel Channel(X509Certificate2? certificate = null) => Channel(Address, Roots, certificate);

    /// <summary>Opens a channel whose server certificate is checked against roots.</summary>
    public static GrpcChannel Channel(IPEndPoint address, string trusted, X509Certificate2? certificate = null)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(trusted);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return GrpcChannel.ForAddress($"https://localhost:{address.Port}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, ClientCertificates = certificate is null ? [] : [certificate] },
            },
        });
    }

    /// <summary>Opens an ADS stream with a token.</summary>
    public AdsClient Connect(string? token, string node, X509Certificate2? certificate = null)
    {
        var headers = new Metadata();
        if (token is not null)
            headers.Add("authorization", "Bearer " + token);
        return new AdsClient(Channel(certificate), node, headers);
    }

    /// <summary>Gets a certificate as an agent does.</summary>
    public Task<X509Certificate2> CertificateAsync(string? token, X509Certificate2? certificate = null) => CertificateAsync(Channel(certificate), token);

    /// <summary>Gets a certificate as an agent does, over a channel that is closed then.</summary>
    public static async Task<X509Certificate2> CertificateAsync(GrpcChannel over, string? token)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest("O=istio", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        using var channel = over;
        var headers = new Metadata();
        if (token is not null)
            headers.Add("authorization", "Bearer " + token);
        var response = await channel.CreateCallInvoker().AsyncUnaryCall(
            CertificateServiceMethods.CreateCertificate, null, new CallOptions(headers), new IstioCertificateRequest { Csr = csr }).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(60));
        using var leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>Runs a step of the command ca; gives the status that it prints.</summary>
    public async Task<JsonElement> AuthorityAsync(string step, bool force = false)
    {
        var result = await Support.Cli.RunAsync(["ca", step, "--data-dir", _folder.Of("data"), "-o", "json", .. force ? (string[])["--force"] : []]);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        await Running.DisposeAsync();
        _folder.Dispose();
    }
}
