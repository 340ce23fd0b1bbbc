using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Security.Tests.Signing;

public sealed class CertificateIssuerTests
{
    private static readonly SpiffeId Web = SpiffeId.Create("cluster.local", "shop", "web");
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Theory]
    [InlineData(KeyKind.EcdsaP256, "P-256")]
    [InlineData(KeyKind.EcdsaP256, "RSA-2048")]
    [InlineData(KeyKind.Rsa2048, "P-384")]
    [InlineData(KeyKind.Rsa2048, "RSA-2048")]
    public void S22_Leaf_SaysWhatWasProvenAndNothingThatWasAsked(KeyKind kind, string leaf)
    {
        using var key = Csrs.NewKey(leaf);
        var issued = Issuer(Authorities.NewRoot(kind)).Issue(CsrReader.Read(Csrs.Of(key).CreateSigningRequestPem()), CertificateNames.Of(Web), Day);
        var certificate = issued.ToCertificate();

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("", certificate.Subject);
        var names = certificate.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17");
        Assert.True(names.Critical);
        Assert.EndsWith("spiffe://cluster.local/ns/shop/sa/web", System.Text.Encoding.ASCII.GetString(names.RawData), StringComparison.Ordinal);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value));
        Assert.Equal(16, certificate.SerialNumberBytes.Length);
        Assert.Equal(issued.Serial, certificate.SerialNumber, ignoreCase: true);
    }

    [Fact]
    public void T14_Leaf_InTheFirstMomentOfAMesh_IsBackDatedAndTrustedByAClockThatIsBehind()
    {
        var clock = new ManualClock();
        var authority = Authorities.NewRoot(time: clock);
        var issued = Issuer(authority, clock).Issue(NewKey(), CertificateNames.Of(Web), Day);

        Assert.Equal((clock.GetUtcNow() - TimeSpan.FromMinutes(2)).ToUnixTimeSeconds(), issued.NotBefore.ToUnixTimeSeconds());
        Assert.Equal(issued.NotBefore.UtcDateTime, issued.ToCertificate().NotBefore.ToUniversalTime());
        foreach (var skew in new[] { -119, 0, 86_000 })
            Assert.True(authority.Value!.Roots.Trusts(issued.ToCertificate(), [], clock.GetUtcNow().AddSeconds(skew), out var reason), reason);
        Assert.False(authority.Value!.Roots.Trusts(issued.ToCertificate(), [], clock.GetUtcNow().AddHours(25), out _));
    }

    [Fact]
    public void S26_Chain_OfAnIntermediate_IsLeafThenIntermediateAndLeadsToTheRoot()
    {
        // The intermediate begins after the leaf does: .NET's own rules would refuse to sign.
        var authority = Authorities.Current(Authorities.Intermediate(DateTimeOffset.UtcNow.AddSeconds(-1)));
        var issued = Issuer(authority).Issue(NewKey(), CertificateNames.Of(Web), Day);
        var presented = issued.PresentedPem.Select(pem => X509Certificate2.CreateFromPem(pem)).ToList();

        Assert.Equal(["", "CN=plugged intermediate"], presented.Select(certificate => certificate.Subject));
        Assert.True(authority.Value!.Roots.Trusts(presented[0], [presented[1]], DateTimeOffset.UtcNow, out var reason), reason);
        Assert.False(Authorities.NewRoot().Value!.Roots.Trusts(presented[0], [presented[1]], DateTimeOffset.UtcNow, out _));
    }

    [Fact]
    public void S26_Chain_WhoseFileIsInAnotherOrder_LeadsFromOneToItsIssuer_AndShowsNoOther()
    {
        var root = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        var upper = Lists.Below(root, "upper");
        var lower = Lists.Below(upper, "lower");
        var stranger = Lists.Below(root, "stranger");
        foreach (var chain in new[] { lower.ChainPem, upper.CertificatePem, root.CertificatePem + upper.CertificatePem, stranger.CertificatePem + upper.CertificatePem + lower.CertificatePem + root.CertificatePem })
        {
            var authority = Authorities.Current(new AuthorityMaterial(lower.CertificatePem, lower.KeyPem, chain, root.RootsPem));
            var issued = Issuer(authority).Issue(NewKey(), CertificateNames.Of(Web), Day);
            Assert.Equal([lower.CertificatePem, upper.CertificatePem], issued.PresentedPem.Skip(1));
        }
    }

    [Fact]
    public void S25_Leaf_NeverOutlivesItsIssuer_AndAnExpiredIssuerSignsNothing()
    {
        var clock = new ManualClock();
        var authority = Authorities.Current(Authorities.Intermediate(clock.GetUtcNow().AddDays(-1), TimeSpan.FromHours(30)));
        var issuer = Issuer(authority, clock);

        Assert.Equal(authority.Value!.NotAfter, issuer.Issue(NewKey(), CertificateNames.Of(Web), Day).NotAfter);
        clock.Advance(TimeSpan.FromHours(7));
        Assert.Contains("expired", Assert.Throws<IssuanceException>(() => issuer.Issue(NewKey(), CertificateNames.Of(Web), Day)).Message, StringComparison.Ordinal);
        Assert.True(Assert.Throws<IssuanceException>(() => Issuer(new CurrentAuthority()).Issue(NewKey(), CertificateNames.Of(Web), Day)).IsTransient);
    }

    [Theory]
    [InlineData(0, 86_400)]
    [InlineData(-1, 86_400)]
    [InlineData(long.MinValue, 86_400)]
    [InlineData(60, 60)]
    [InlineData(90 * 86_400, 90 * 86_400)]
    public void S25_Lifetime_AskedFor_IsGivenOrTheDefault(long asked, long given) =>
        Assert.Equal(TimeSpan.FromSeconds(given), CertificatePolicy.Default.Lifetime(asked));

    [Theory]
    [InlineData((90 * 86_400) + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue / 1_000_000_000 + 1)]
    public void S25_Lifetime_ThatIsTooLong_IsRefusedNotCut(long asked) => Assert.Throws<LifetimeException>(() => CertificatePolicy.Default.Lifetime(asked));

    [Fact]
    public void Issuing_ByManyThreads_GivesGoodSignaturesAndDistinctSerials()
    {
        var authority = Authorities.NewRoot(KeyKind.Rsa2048);
        var issuer = Issuer(authority);
        var key = NewKey();
        var all = Enumerable.Range(0, 200).AsParallel().WithDegreeOfParallelism(8).Select(_ => issuer.Issue(key, CertificateNames.Of(Web), Day)).ToList();

        Assert.Equal(all.Count, all.Select(issued => issued.Serial).Distinct().Count());
        Assert.All(all, issued => Assert.True(authority.Value!.Roots.Trusts(issued.ToCertificate(), [], DateTimeOffset.UtcNow, out var reason), reason));
    }

    [OpenSslTheory]
    [InlineData(KeyKind.EcdsaP256)]
    [InlineData(KeyKind.Rsa2048)]
    [InlineData(KeyKind.Rsa4096)]
    public async Task Chains_OfEveryKindOfRoot_AreVerifiedByOpenSsl_AndForeignExpiredAndMisnamedOnesRefused(KeyKind kind)
    {
        using var folder = new TemporaryFolder();
        var authority = Authorities.NewRoot(kind);
        var issuer = Issuer(authority);
        var root = folder.Write("root.pem", authority.Value!.Roots.Pem);
        var foreign = folder.Write("foreign.pem", Authorities.NewRoot(kind).Value!.Roots.Pem);
        var leaf = folder.Write("leaf.pem", issuer.Issue(NewKey(), CertificateNames.Of(Web), Day).ToCertificate().ExportCertificatePem());
        var server = folder.Write(
            "server.pem", issuer.Issue(NewKey(), new CertificateNames { DnsNames = ["istiod.istio-system.svc"] }, Day).ToCertificate().ExportCertificatePem());

        foreach (var purpose in new[] { "sslserver", "sslclient" })
            await OpenSsl.RunAsync("verify", "-x509_strict", "-purpose", purpose, "-CAfile", root, leaf);
        await OpenSsl.RunAsync("verify", "-x509_strict", "-verify_hostname", "istiod.istio-system.svc", "-CAfile", root, server);
        Assert.Contains("hostname mismatch", await RefusedAsync("-verify_hostname", "istiod.other.svc", "-CAfile", root, server), StringComparison.Ordinal);
        Assert.Contains("unable to get local issuer", await RefusedAsync("-CAfile", foreign, leaf), StringComparison.Ordinal);
        var tomorrow = DateTimeOffset.UtcNow.AddHours(25).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("expired", await RefusedAsync("-attime", tomorrow, "-CAfile", root, leaf), StringComparison.Ordinal);
        Assert.Contains("URI:spiffe://cluster.local/ns/shop/sa/web", await OpenSsl.RunAsync("x509", "-in", leaf, "-noout", "-text"), StringComparison.Ordinal);
    }

    [OpenSslFact]
    public async Task Chain_OfAnIntermediate_IsVerifiedByOpenSsl()
    {
        using var folder = new TemporaryFolder();
        var authority = Authorities.Current(Authorities.Intermediate());
        var issued = Issuer(authority).Issue(NewKey(), CertificateNames.Of(Web), Day);
        var root = folder.Write("root.pem", authority.Value!.Roots.Pem);
        var between = folder.Write("between.pem", string.Concat(issued.PresentedPem.Skip(1)));
        var leaf = folder.Write("leaf.pem", issued.PresentedPem.First());

        await OpenSsl.RunAsync("verify", "-x509_strict", "-CAfile", root, "-untrusted", between, leaf);
        await RefusedAsync("-CAfile", root, leaf);
    }

    private static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (code, output) = await OpenSsl.TryAsync(["verify", .. arguments]);
        Assert.NotEqual(0, code);
        return output;
    }

    private static CertificateIssuer Issuer(CurrentAuthority current, TimeProvider? time = null) => new(current, CertificatePolicy.Default, time ?? TimeProvider.System);

    private static SubjectKey NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SubjectKey.Of(key);
    }
}
