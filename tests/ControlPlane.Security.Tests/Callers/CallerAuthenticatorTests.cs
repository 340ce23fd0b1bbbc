using System.Security.Cryptography;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Callers;

/// <summary>How callers bring their proofs along.</summary>
public sealed class CallerAuthenticatorTests
{
    private readonly TestTokens _tokens = new();
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData(true, "Bearer {0}")]
    [InlineData(true, "{0}")]
    [InlineData(true, "Basic dXNlcjpwYXNz", "Bearer {0}")]
    [InlineData(true, "Bearer {0}", "Bearer other")]
    [InlineData(false, "Bearer other", "Bearer {0}")]
    [InlineData(false, "Basic {0}")]
    [InlineData(false, "Bearer")]
    [InlineData(false, "")]
    public async Task Token_WithPrefixOrWithout_IsTheFirstThatIsOne(bool proven, params string[] headers)
    {
        var token = _tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()));
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = headers.Select(header => header.Replace("{0}", token, StringComparison.Ordinal)).ToArray();

        Assert.Equal(proven ? "spiffe://cluster.local/ns/shop/sa/web" : null, (await Authenticator(new CurrentAuthority()).AuthenticateAsync(http, default)).Caller?.Identity.ToString());
    }

    [Fact]
    public async Task T2_ClientCertificate_ThatIsRevokedOrEndsWhileItsConnectionIsOpen_ProvesNothingMore()
    {
        var material = SelfSignedRoot.Create(KeyKind.EcdsaP256, _clock.GetUtcNow());
        var current = Authorities.Current(material);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateIssuer(current, CertificatePolicy.Default, _clock)
            .Issue(SubjectKey.Of(key), CertificateNames.Of(SpiffeId.Create("cluster.local", "shop", "web")), TimeSpan.FromHours(1)).ToCertificate();
        var http = new DefaultHttpContext();
        http.Connection.ClientCertificate = certificate;
        Assert.NotNull((await Authenticator(current).AuthenticateAsync(http, default)).Caller);

        var lists = Lists.Of(material, certificate.SerialNumberBytes);
        current.Set(CertificateAuthority.Load(new AuthorityMaterial(material.CertificatePem, material.KeyPem, "", material.RootsPem) { RevokedPem = lists }, "test"));
        Assert.Contains("revoked", (await Authenticator(current).AuthenticateAsync(http, default)).Reason, StringComparison.Ordinal);

        current.Set(CertificateAuthority.Load(material, "test"));
        Assert.NotNull((await Authenticator(current).AuthenticateAsync(http, default)).Caller);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Contains("expired", (await Authenticator(current).AuthenticateAsync(http, default)).Reason, StringComparison.Ordinal);
    }

    private CallerAuthenticator Authenticator(CurrentAuthority authority) => new(
        [JwtVerifiers.Of(new JwtRule(TestTokens.Issuer, [], _tokens.Jwks, ""), ["istio-ca"], null, _clock, NullLogger<JwtVerifier>.Instance)],
        new FixedTrustDomains(), authority, _clock);
}
