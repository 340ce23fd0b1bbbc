using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Istio.V1.Auth;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Tests.CertificateService;

public sealed class CertificateServiceTests
{
    [Theory]
    [InlineData("P-256")]
    [InlineData("RSA-2048")]
    public async Task S22_Caller_GetsACertificateForWhoItIs_NotForWhatItAsks(string kind)
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey(kind);
        var chain = await server.CreateAsync(Request(key), server.Token());

        Assert.Equal(2, chain.Count);
        Assert.Equal(server.Current.Value!.Roots.Pem, chain[^1]);
        using var leaf = X509Certificate2.CreateFromPem(chain[0]);
        Assert.Contains("spiffe://cluster.local/ns/shop/sa/web", Names(leaf), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", Names(leaf), StringComparison.Ordinal);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.InRange(leaf.NotAfter.ToUniversalTime(), DateTime.UtcNow.AddHours(23.9), DateTime.UtcNow.AddHours(24.1));
        var audit = server.Log.Lines.Single(line => line.Text.StartsWith("Issued to", StringComparison.Ordinal)).Text;
        Assert.Contains(leaf.SerialNumber.ToLowerInvariant(), audit, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S22_Caller_ThatProvesNothing_HearsOneSentence_AndTheLogTheReason()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        var expired = TestTokens.Claims(DateTimeOffset.UtcNow.AddDays(-1));
        string?[] tokens = [null, "", "x", "a.b.c", new string('x', 20_000), server.Tokens.Sign(expired), new TestTokens().Sign(TestTokens.Claims(DateTimeOffset.UtcNow))];
        foreach (var token in tokens)
        {
            var refusal = await server.RefusedAsync(Request(key), token);
            Assert.Equal((StatusCode.Unauthenticated, "request authenticate failure"), (refusal.StatusCode, refusal.Status.Detail));
        }

        Assert.Contains("expired", server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Tokens.Sign(expired).Split('.')[2], server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S26_Chain_OfAPluggedAuthority_IsOneCertificateAnElementAndTheWholeRootBundleLast()
    {
        var plugged = Authorities.Intermediate();
        var second = Authorities.NewRoot().Value!.Roots.Pem;
        await using var server = await CertificateServer.StartAsync(Authorities.Current(plugged.WithRoots(plugged.RootsPem + second)));
        using var key = Csrs.NewKey("P-256");
        var chain = await server.CreateAsync(Request(key), server.Token());

        Assert.Equal([1, 1, 2], chain.Select(element => element.Split("BEGIN CERTIFICATE").Length - 1));
        Assert.Equal(plugged.CertificatePem, chain[1]);
        Assert.Equal(plugged.RootsPem + second, chain[2]);
    }

    [Fact]
    public async Task Renewal_ByClientCertificate_KeepsTheIdentity_AndNeedsNoToken()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var first = X509Certificate2.CreateFromPem((await server.CreateAsync(Request(key), server.Token()))[0]);
        using var client = first.CopyWithPrivateKey(key);
        using var second = X509Certificate2.CreateFromPem((await server.CreateAsync(Request(key), token: null, client))[0]);

        Assert.Equal(Names(first), Names(second));
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
    }

    [Fact]
    public async Task T2_ClientCertificate_OfAnotherRoot_FailsTheHandshake_OfAnotherTrustDomain_IsNotProven()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var foreign = ClientCertificate(Authorities.NewRoot(), SpiffeId.Create("cluster.local", "shop", "web"), key);
        await Assert.ThrowsAnyAsync<Exception>(() => server.CreateAsync(Request(key), token: null, foreign));

        using var stranger = ClientCertificate(server.Current, SpiffeId.Create("elsewhere.local", "shop", "web"), key);
        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(Request(key), token: null, stranger)).StatusCode);
        using var alias = ClientCertificate(server.Current, SpiffeId.Create("old.local", "shop", "web"), key);
        await server.CreateAsync(Request(key), token: null, alias);
    }

    [Fact]
    public async Task S23_S24_Request_ThatIsBad_IsInvalidArgument()
    {
        await using var server = await CertificateServer.StartAsync();
        using var weak = Csrs.NewKey("RSA-1024");
        foreach (var csr in new[] { "", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", new string('A', 20_000), Csrs.Of(weak).CreateSigningRequestPem() })
            Assert.Equal(StatusCode.InvalidArgument, (await server.RefusedAsync(new IstioCertificateRequest { Csr = csr }, server.Token())).StatusCode);
        Assert.DoesNotContain(server.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task S25_Lifetime_ThatIsTooLong_IsInvalidArgument_AndAShortOneIsGiven()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        foreach (var seconds in new[] { (90 * 86_400) + 1, long.MaxValue })
            Assert.Equal(StatusCode.InvalidArgument, (await server.RefusedAsync(Request(key, seconds), server.Token())).StatusCode);
        using var leaf = X509Certificate2.CreateFromPem((await server.CreateAsync(Request(key, 600), server.Token()))[0]);
        Assert.InRange(leaf.NotAfter.ToUniversalTime(), DateTime.UtcNow.AddMinutes(9), DateTime.UtcNow.AddMinutes(10));
    }

    [Fact]
    public async Task S27_Impersonation_IsUnauthenticated_AndAnotherSignerIsUnknown()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        var request = Request(key);
        request.Metadata = new Struct { Fields = { ["ImpersonatedIdentity"] = Value.ForString("spiffe://cluster.local/ns/a/sa/b\nfake line") } };
        Assert.Equal(StatusCode.Unauthenticated, (await server.RefusedAsync(request, server.Token())).StatusCode);
        Assert.DoesNotContain("\nfake line", server.Log.Text, StringComparison.Ordinal);
        request.Metadata = new Struct { Fields = { ["CertSigner"] = Value.ForString("other") } };
        Assert.Equal(StatusCode.InvalidArgument, (await server.RefusedAsync(request, server.Token())).StatusCode);
    }

    [Fact]
    public async Task S28_WhatPassesByItself_IsUnavailable_AndAnExpiredAuthority_Internal()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        server.TrustDomains.Current = null;
        Assert.Equal(StatusCode.Unavailable, (await server.RefusedAsync(Request(key), server.Token())).StatusCode);
        server.TrustDomains.Current = "cluster.local";
        await server.CreateAsync(Request(key), server.Token());

        // The server's own certificate from before goes on.
        server.Current.Set(CertificateAuthority.Load(Authorities.Intermediate(DateTimeOffset.UtcNow.AddDays(-2), TimeSpan.FromDays(1)), "test"));
        var refusal = await server.RefusedAsync(Request(key), server.Token());
        Assert.Equal(StatusCode.Internal, refusal.StatusCode);
        Assert.Contains("expired", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T15_Token_ThatSignsOverAndOver_IsReportedOnce()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        var token = server.Token();
        for (var i = 0; i < 23; i++)
            await server.CreateAsync(Request(key), token);

        Assert.Single(server.Log.Lines, line => line.Text.StartsWith("One credential of spiffe://cluster.local/ns/shop/sa/web", StringComparison.Ordinal));
    }

    [Fact]
    public async Task T16_NoPrivateKey_IsEverLogged()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, DateTimeOffset.UtcNow);
        await using var server = await CertificateServer.StartAsync(Authorities.Current(material));
        using var key = Csrs.NewKey("P-256");
        await server.CreateAsync(Request(key), server.Token());
        await server.RefusedAsync(new IstioCertificateRequest { Csr = material.KeyPem }, server.Token());

        Assert.DoesNotContain("PRIVATE", server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(material.KeyPem.Split('\n')[1], server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T16_LineOfACertificate_NamesThePodByItsUid()
    {
        await using var server = await CertificateServer.StartAsync();
        using var key = Csrs.NewKey("P-256");
        await server.CreateAsync(Request(key), server.Tokens.Sign(TestTokens.Claims(DateTimeOffset.UtcNow)));

        Assert.Contains("spiffe://cluster.local/ns/shop/sa/web (pod web-1, UID u1, proven by Token)", server.Log.Text, StringComparison.Ordinal);
    }

    private static IstioCertificateRequest Request(AsymmetricAlgorithm key, long seconds = 86_400) =>
        new() { Csr = Csrs.Of(key).CreateSigningRequestPem(), ValidityDuration = seconds };

    private static X509Certificate2 ClientCertificate(CurrentAuthority authority, SpiffeId identity, ECDsa key)
    {
        var issued = new CertificateIssuer(authority, CertificatePolicy.Default, TimeProvider.System).Issue(SubjectKey.Of(key), CertificateNames.Of(identity), TimeSpan.FromHours(1));
        return issued.ToCertificate().CopyWithPrivateKey(key);
    }

    private static string Names(X509Certificate2 certificate) =>
        System.Text.Encoding.ASCII.GetString(certificate.Extensions.Single(extension => extension.Oid!.Value == "2.5.29.17").RawData);
}
