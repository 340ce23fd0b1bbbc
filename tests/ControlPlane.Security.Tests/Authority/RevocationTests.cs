using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using ControlPlane.Security.TrustBundles;
using ControlPlane.Security.Workloads;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Istio.V1.Auth;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Authority;

/// <summary>ca-crl.pem beside a plugged-in authority.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RevokedClientCertificate_FailsTheHandshake_AndAnotherOneDoesNot()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        await using var server = await CertificateServer.StartAsync(Authorities.Current(material));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bad = Client(server.Current, key);
        using var good = Client(server.Current, key);
        var request = new IstioCertificateRequest { Csr = Csrs.Of(key).CreateSigningRequestPem(), ValidityDuration = 600 };
        await server.CreateAsync(request, token: null, bad);

        server.Current.Set(CertificateAuthority.Load(new AuthorityMaterial(material.CertificatePem, material.KeyPem, "", material.RootsPem) { RevokedPem = Lists.Of(material, bad.SerialNumberBytes) }, "test"));

        await Assert.ThrowsAnyAsync<Exception>(() => server.CreateAsync(request, token: null, bad));
        await server.CreateAsync(request, token: null, good);
        await server.CreateAsync(request, server.Token());
    }

    [Fact]
    public async Task PluggedAuthority_ListThatChanges_IsTakenOver_AndABadOneIsNot()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        foreach (var (name, text) in AuthorityFiles.Of(material).Texts)
            _folder.Write(name, text);
        var current = new CurrentAuthority();
        using var keeper = new AuthorityKeeper(new PluggedAuthoritySource(_folder.Path), current, TimeProvider.System, NullLogger<AuthorityKeeper>.Instance);
        await keeper.LoadAsync(default);
        Assert.Equal("", current.Value!.Revoked.Pem);

        var list = Lists.Of(material, new byte[] { 1, 2, 3 }) + Lists.Of(material);
        _folder.Write(AuthorityFiles.Revoked, list);
        await keeper.RefreshAsync(default);
        Assert.Equal(list, current.Value.Revoked.Pem);

        var foreign = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        using var root = X509Certificate2.CreateFromPem(material.CertificatePem);
        foreach (var bad in new[] { "no list", material.CertificatePem, list + Lists.Of(foreign), Lists.Of(foreign, root.Subject, DateTimeOffset.UtcNow.AddDays(1)), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n" })
        {
            _folder.Write(AuthorityFiles.Revoked, bad);
            await keeper.RefreshAsync(default);
            Assert.Equal(list, current.Value.Revoked.Pem);
        }
    }

    [Fact]
    public async Task SigningCertificate_ThatIsRevoked_IsReported()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        using var root = X509Certificate2.CreateFromPem(material.CertificatePem);
        foreach (var (name, text) in AuthorityFiles.Of(material).Texts)
            _folder.Write(name, text);
        _folder.Write(AuthorityFiles.Revoked, Lists.Of(material, root.SerialNumberBytes));
        using var log = new RecordingLog();
        using var factory = new LoggerFactory([log]);
        using var keeper = new AuthorityKeeper(new PluggedAuthoritySource(_folder.Path), new CurrentAuthority(), TimeProvider.System, new Logger<AuthorityKeeper>(factory));
        await keeper.LoadAsync(default);

        Assert.Contains("is revoked", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_AreInTheRootsOfAgentlessProxies()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        var current = Authorities.Current(material);
        var factory = new WorkloadSecretFactory(
            new CertificateIssuer(current, CertificatePolicy.Default, TimeProvider.System), current, TimeProvider.System, NullLogger<WorkloadSecretFactory>.Instance);
        using var secrets = factory.Open(SpiffeId.Create("cluster.local", "shop", "web"), "node");
        var told = 0;
        secrets.Changed += () => told++;
        var names = NameSet.From(["ROOTCA"]);
        var before = secrets.Find(names)[0];
        Assert.Null(Secret.Parser.ParseFrom(before.Body.Span).ValidationContext.Crl);

        var list = Lists.Of(material, new byte[] { 1 });
        current.Set(CertificateAuthority.Load(new AuthorityMaterial(material.CertificatePem, material.KeyPem, "", material.RootsPem) { RevokedPem = list }, "test"));
        var after = secrets.Find(names)[0];
        Assert.Equal((1, list), (told, Secret.Parser.ParseFrom(after.Body.Span).ValidationContext.Crl.InlineBytes.ToStringUtf8()));
        Assert.NotEqual(before.Version, after.Version);
    }

    [Fact]
    public void List_InThousandsOfMutants_IsRefused()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        using var root = X509Certificate2.CreateFromPem(material.CertificatePem);
        var pem = Lists.Of(material, new byte[] { 1, 2, 3 });
        Assert.True(RevocationList.Read(pem, [root], "it").IsOf(root));
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^2]));
        var random = new Random(8);
        var refused = 0;
        for (var i = 0; i < 5000; i++)
        {
            var mutant = der.ToArray();
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            try
            {
                var mutated = random.Next(8) == 0 ? mutant[..random.Next(mutant.Length)] : mutant;
                RevocationList.Read(PemEncoding.WriteString("X509 CRL", mutated), [root], "it");
                Assert.True(mutated.AsSpan().SequenceEqual(der), "a list that was changed is taken");
            }
            catch (AuthorityException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 4900, 5000);
    }

    private static X509Certificate2 Client(CurrentAuthority authority, ECDsa key)
    {
        var issued = new CertificateIssuer(authority, CertificatePolicy.Default, TimeProvider.System).Issue(
            SubjectKey.Of(key), CertificateNames.Of(SpiffeId.Create("cluster.local", "shop", "web")), TimeSpan.FromHours(1));
        using var leaf = issued.ToCertificate();
        return leaf.CopyWithPrivateKey(key);
    }
}
