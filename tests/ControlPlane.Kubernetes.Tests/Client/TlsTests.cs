using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Tests.Server;

namespace ControlPlane.Kubernetes.Tests.Client;

public sealed class TlsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _authority = Authority("ca");
    private readonly X509Certificate2 _other = Authority("other");

    public void Dispose()
    {
        _directory.Dispose();
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Get_CertificateOfTheAuthority_IsTrustedAndNoOther()
    {
        await using var server = Server(() => Leaf(_authority, "127.0.0.1"));
        Assert.Null(await Get(server, new ClusterConnection { Server = server.Address, CaData = Pem(_authority) }));
        Assert.True((await Get(server, new ClusterConnection { Server = server.Address, CaData = Pem(_other) }))!.IsTransport);
        Assert.True((await Get(server, new ClusterConnection { Server = server.Address }))!.IsTransport);
        Assert.Null(await Get(server, new ClusterConnection { Server = server.Address, CaData = Pem(_other), InsecureSkipTlsVerify = true }));
    }

    [Fact]
    public async Task Get_CertificateOfAnotherName_IsRefusedUnlessThatNameIsAskedFor()
    {
        await using var server = Server(() => Leaf(_authority, "api.example"));
        Assert.True((await Get(server, new ClusterConnection { Server = server.Address, CaData = Pem(_authority) }))!.IsTransport);
        Assert.Null(await Get(server, new ClusterConnection { Server = server.Address, CaData = Pem(_authority), TlsServerName = "api.example" }));
    }

    [Fact]
    public async Task K23_AuthorityFile_IsReadAgainAndABrokenOneKeepsTheOld()
    {
        var signer = _authority;
        await using var server = Server(() => Leaf(signer, "127.0.0.1"));
        Write("ca.crt", Encoding.ASCII.GetString(Pem(_authority).Span), 1);
        using var client = new ApiClient(
            new ClusterConnection { Server = server.Address, CaFile = _directory.Path("ca.crt") }, new ApiClientOptions(), TimeProvider.System);
        Assert.Null((await client.GetAsync("/x", default)).Error);
        foreach (var (text, second) in new[] { ("", 2), ("-----BEGIN CERTIFICATE-----\nnonsense", 3) })
        {
            Write("ca.crt", text, second);
            server.Disconnect();
            Assert.Null(await Retry(client));
        }

        signer = _other;
        server.Disconnect();
        Assert.True((await Retry(client))!.IsTransport);
        Write("ca.crt", Encoding.ASCII.GetString(Pem(_other).Span), 4);
        Assert.Null(await Retry(client));
    }

    [Fact]
    public async Task Get_ClientCertificate_IsShownAndRotated()
    {
        await using var server = Server(() => Leaf(_authority, "127.0.0.1"));
        WriteClient("first", 1);
        using var client = new ApiClient(
            new ClusterConnection
            {
                Server = server.Address, CaData = Pem(_authority), ClientCertificateFile = _directory.Path("c.crt"), ClientKeyFile = _directory.Path("c.key"),
            },
            new ApiClientOptions(), TimeProvider.System);
        Assert.Null((await client.GetAsync("/x", default)).Error);
        Assert.Equal("first", server.ClientName);
        WriteClient("second", 2);
        server.Disconnect();
        Assert.Null(await Retry(client));
        Assert.Equal("second", server.ClientName);
    }

    private void WriteClient(string name, int second)
    {
        using var certificate = Leaf(_authority, name);
        using var key = certificate.GetECDsaPrivateKey()!;
        Write("c.crt", certificate.ExportCertificatePem(), second);
        Write("c.key", key.ExportPkcs8PrivateKeyPem(), second);
    }

    /// <summary>Writes a file with a time of its own, for two writes may fall into one tick of the file system's clock.</summary>
    private void Write(string name, string text, int second)
    {
        _directory.Write(name, text);
        File.SetLastWriteTimeUtc(_directory.Path(name), new DateTime(2026, 1, 1, 0, 0, second, DateTimeKind.Utc));
    }

    private static async Task<ApiStatus?> Get(TestHttpServer server, ClusterConnection connection)
    {
        using var client = new ApiClient(connection, new ApiClientOptions(), TimeProvider.System);
        return (await client.GetAsync("/x", default)).Error;
    }

    /// <summary>The first request after a cut may meet the dead connection.</summary>
    private static async Task<ApiStatus?> Retry(ApiClient client) =>
        (await client.GetAsync("/x", default)).Error is null ? null : (await client.GetAsync("/x", default)).Error;

    private static TestHttpServer Server(Func<X509Certificate2> certificate) => new(
        e => e.RespondAsync(200, "{}"),
        () => new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate(),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Leaf(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static ReadOnlyMemory<byte> Pem(X509Certificate2 certificate) => Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());
}
