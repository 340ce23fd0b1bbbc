using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Model.Delivery;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using ControlPlane.Security.Workloads;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Authority;

/// <summary>Whose revocation lists are believed, and what becomes of lists that would cut all traffic.</summary>
public sealed class RevocationSignatureTests
{
    private readonly AuthorityMaterial _root = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);

    [Fact]
    public void Lists_OfTheRootAndOfAnIntermediate_AreTakenWhateverTheirKeys()
    {
        var between = Lists.Below(_root, "between");
        var authority = Load(between, Lists.Of(_root, new byte[] { 7 }) + Lists.Of(between, new byte[] { 9 }));
        Assert.Empty(authority.Unlisted);
        using var root = X509Certificate2.CreateFromPem(_root.CertificatePem);
        Assert.True(authority.Revoked.Contains($"{root.Subject} 07") && authority.Revoked.Contains("CN=between 09") && !authority.Revoked.Contains("CN=between 07"));

        var rsa = SelfSignedRoot.Create(KeyKind.Rsa2048, DateTimeOffset.UtcNow);
        Assert.Empty(Load(rsa, Lists.Of(rsa)).Unlisted);
    }

    [Fact]
    public void List_ThatItsIssuerHasNotSigned_IsRefusedByName()
    {
        var foreign = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        using var root = X509Certificate2.CreateFromPem(_root.CertificatePem);
        using var other = X509Certificate2.CreateFromPem(foreign.CertificatePem);

        Assert.Contains($"'{root.Subject}' that is not signed by its key", Refused(_root, Lists.Of(foreign, root.Subject, DateTimeOffset.UtcNow.AddDays(1))), StringComparison.Ordinal);
        Assert.Contains($"'{other.Subject}', which is neither one of the roots nor in the chain", Refused(_root, Lists.Of(foreign)), StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfAnAuthorityThatMayNotSignLists_IsRefused()
    {
        var between = Lists.Below(_root, "between", X509KeyUsageFlags.KeyCertSign);
        Assert.Contains("cRLSign", Refused(between, Lists.Of(between)), StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfChangesOnly_IsRefused()
    {
        using var certificate = X509Certificate2.CreateFromPem(_root.CertificatePem, _root.KeyPem);
        using var key = certificate.GetECDsaPrivateKey()!;

        Assert.Contains("critical extension 2.5.29.27", Refused(_root, PemEncoding.WriteString("X509 CRL", Delta(certificate, key))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_OfWhichOneIsMissing_AreKeptFromProxies_WhichWouldRefuseEveryPeer()
    {
        var between = Lists.Below(_root, "between");
        using var log = new RecordingLog();
        using var factory = new LoggerFactory([log]);
        var current = new CurrentAuthority();
        var source = new Fixed(between) { Lists = Lists.Of(between, new byte[] { 9 }) };
        using var keeper = new AuthorityKeeper(source, current, TimeProvider.System, new Logger<AuthorityKeeper>(factory));
        await keeper.LoadAsync(default);
        using var root = X509Certificate2.CreateFromPem(_root.CertificatePem);
        Assert.Equal([root.Subject], current.Value!.Unlisted);
        Assert.Contains($"one of '{root.Subject}' is missing", log.Text, StringComparison.Ordinal);
        Assert.Null(RootsOf(current).Crl);
        Assert.True(current.Value.Revoked.Contains("CN=between 09"));

        source.Lists += Lists.Of(_root);
        await keeper.RefreshAsync(default);
        Assert.Equal(source.Lists, RootsOf(current).Crl.InlineBytes.ToStringUtf8());
    }

    [Fact]
    public async Task List_ThatShouldHaveBeenReplaced_IsReportedOnce()
    {
        using var log = new RecordingLog();
        using var factory = new LoggerFactory([log]);
        var clock = new ManualClock();
        using var keeper = new AuthorityKeeper(
            new Fixed(_root) { Lists = Lists.Of(_root, null, clock.GetUtcNow().AddHours(1)) }, new CurrentAuthority(), clock, new Logger<AuthorityKeeper>(factory));
        await keeper.LoadAsync(default);
        await keeper.RefreshAsync(default);
        Assert.DoesNotContain("was to be replaced", log.Text, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromHours(2));
        await keeper.RefreshAsync(default);
        await keeper.RefreshAsync(default);

        Assert.Single(log.Lines, line => line.Text.Contains("was to be replaced", StringComparison.Ordinal));
    }

    private static CertificateAuthority Load(AuthorityMaterial material, string lists) =>
        CertificateAuthority.Load(new AuthorityMaterial(material.CertificatePem, material.KeyPem, material.ChainPem, material.RootsPem) { RevokedPem = lists }, "test");

    private static string Refused(AuthorityMaterial material, string lists) => Assert.Throws<AuthorityException>(() => Load(material, lists)).Message;

    private static CertificateValidationContext RootsOf(CurrentAuthority current)
    {
        var factory = new WorkloadSecretFactory(
            new CertificateIssuer(current, CertificatePolicy.Default, TimeProvider.System), current, TimeProvider.System, NullLogger<WorkloadSecretFactory>.Instance);
        using var secrets = factory.Open(SpiffeId.Create("cluster.local", "shop", "web"), "node");
        return Secret.Parser.ParseFrom(secrets.Find(NameSet.From(["ROOTCA"]))[0].Body.Span).ValidationContext;
    }

    /// <summary>A list that tells what has changed since another one (RFC 5280, 5.2.4): who reads it as a whole one misses the rest.</summary>
    private static byte[] Delta(X509Certificate2 issuer, ECDsa key)
    {
        var algorithm = X509SignatureGenerator.CreateForECDsa(key).GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256);
        var content = new AsnWriter(AsnEncodingRules.DER);
        using (content.PushSequence())
        {
            content.WriteInteger(1);
            content.WriteEncodedValue(algorithm);
            content.WriteEncodedValue(issuer.SubjectName.RawData);
            content.WriteUtcTime(DateTimeOffset.UtcNow.AddHours(-1));
            content.WriteUtcTime(DateTimeOffset.UtcNow.AddHours(1));
            using (content.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (content.PushSequence())
            using (content.PushSequence())
            {
                content.WriteObjectIdentifier("2.5.29.27");
                content.WriteBoolean(true);
                content.WriteOctetString([2, 1, 1]);
            }
        }

        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(content.Encode());
            list.WriteEncodedValue(algorithm);
            list.WriteBitString(key.SignData(content.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return list.Encode();
    }

    private sealed class Fixed(AuthorityMaterial material) : IAuthoritySource
    {
        public string Name => "test";

        public string Lists { get; set; } = "";

        public Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(
            new AuthorityMaterial(material.CertificatePem, material.KeyPem, material.ChainPem, material.RootsPem) { RevokedPem = Lists });
    }
}
