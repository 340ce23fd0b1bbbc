using System.Text.Json;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Security.Tests.Callers;

public sealed class JwtVerifierTests
{
    private readonly TestTokens _tokens = new();
    private readonly ManualClock _clock = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("RS256", "r")]
    [InlineData("PS256", "r")]
    [InlineData("ES256", "e")]
    [InlineData("ES256", null)]
    public async Task T5_Token_OfTheIssuer_GivesItsServiceAccountAndPod(string algorithm, string? keyId)
    {
        var verdict = await VerifyAsync(_tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()), algorithm, keyId));

        Assert.Equal(("shop", "web", "web-1"), (verdict.Claims!.Namespace, verdict.Claims.ServiceAccount, verdict.Claims.PodName));
    }

    [Theory]
    [InlineData("none", "r")]
    [InlineData("HS256", "r")]
    [InlineData("HS256", "o")]
    [InlineData("RS256", "e")]
    [InlineData("ES256", "r")]
    [InlineData("RS256", "unknown")]
    public async Task T5_Token_WithAnotherAlgorithmOrKey_IsRefused(string algorithm, string keyId) =>
        Assert.Null((await VerifyAsync(_tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()), algorithm, keyId))).Claims);

    [Theory]
    [InlineData("iss", "\"https://other\"")]
    [InlineData("aud", "[\"api\"]")]
    [InlineData("aud", "\"istio\"")]
    [InlineData("aud", "null")]
    [InlineData("sub", "\"system:serviceaccount:shop\"")]
    [InlineData("sub", "\"system:serviceaccount:shop:web:admin\"")]
    [InlineData("sub", "\"system:serviceaccount::web\"")]
    [InlineData("sub", "\"system:node:shop:web\"")]
    [InlineData("sub", "\"system:serviceaccount:shop/sa/admin:web\"")]
    [InlineData("sub", "7")]
    [InlineData("exp", "1")]
    [InlineData("exp", "\"never\"")]
    [InlineData("exp", "null")]
    [InlineData("exp", "-1")]
    [InlineData("nbf", "99999999999")]
    [InlineData("nbf", "1e300")]
    [InlineData("nbf", "\"now\"")]
    [InlineData("kubernetes.io", "{\"namespace\": \"root\", \"serviceaccount\": {\"name\": \"web\"}}")]
    [InlineData("kubernetes.io", "{\"namespace\": \"shop\", \"serviceaccount\": {\"name\": \"admin\"}}")]
    [InlineData("kubernetes.io", "[]")]
    public async Task T5_Token_WithAClaimThatIsWrong_IsRefused(string claim, string value)
    {
        var claims = TestTokens.Claims(_clock.GetUtcNow());
        claims[claim] = JsonSerializer.Deserialize<object>(value);

        Assert.Null((await VerifyAsync(_tokens.Sign(claims))).Claims);
    }

    [Fact]
    public async Task T14_Token_IsGoodForAMinuteAfterItsEnd_AndNoLonger()
    {
        var token = _tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()));
        _clock.Advance(TimeSpan.FromMinutes(60.9));
        Assert.InRange((await VerifyAsync(token)).Claims!.ExpiresAt - _clock.GetUtcNow(), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(7));
        _clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Null((await VerifyAsync(token)).Claims);
    }

    [Fact]
    public async Task T5_T15_Token_BoundToAPodThatIsGoneOrAnothers_IsRefused()
    {
        var token = _tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()));

        Assert.NotNull((await VerifyAsync(token, new Workloads("web"))).Claims);
        Assert.Null((await VerifyAsync(token, new Workloads("admin"))).Claims);
        Assert.NotNull((await VerifyAsync(token, new Workloads("web", PodUid: "u1", AccountUid: "u2"))).Claims);
    }

    /// <summary>A StatefulSet's pod comes back under its name: the token of the one before must be of no use.</summary>
    [Theory]
    [InlineData("u3", "u2", "does not run")]
    [InlineData("u1", "u3", "is gone")]
    public async Task T15_Token_BoundToAnObjectWhoseNameAnotherOneHasNow_IsRefused(string pod, string account, string reason)
    {
        var verdict = await VerifyAsync(_tokens.Sign(TestTokens.Claims(_clock.GetUtcNow())), new Workloads("web", pod, account));

        Assert.Null(verdict.Claims);
        Assert.Contains(reason, verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T5_Token_OfAServiceAccountThatIsGone_IsRefused_BoundToAPodOrNot()
    {
        var claims = TestTokens.Claims(_clock.GetUtcNow());
        var bound = await VerifyAsync(_tokens.Sign(claims), new Workloads("web", HasAccount: false));
        claims.Remove("kubernetes.io");
        var unbound = await VerifyAsync(_tokens.Sign(claims), new Workloads("web", HasAccount: false));

        Assert.Null(bound.Claims ?? unbound.Claims);
        Assert.NotNull((await VerifyAsync(_tokens.Sign(claims), new Workloads("web"))).Claims);
    }

    [Fact]
    public async Task S2_Token_InThousandsOfMutants_IsRefusedAndNothingElse()
    {
        var random = new Random(5);
        var good = _tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()));
        for (var i = 0; i < 5000; i++)
        {
            var mutant = good.ToCharArray();
            var at = random.Next(mutant.Length);
            mutant[at] = (char)random.Next(1, 0x3000);
            Assert.True(mutant[at] == good[at] || at == good.Length - 1 || (await VerifyAsync(new string(mutant))).Claims is null, $"mutant at {at}");
        }

        var deep = _tokens.SignText("""{"alg":"RS256"}""", "{\"iss\":" + string.Concat(Enumerable.Repeat("[", 5000)), "RS256");
        Assert.Null((await VerifyAsync(deep)).Claims);
        Assert.Null((await VerifyAsync(_tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()), extraHeader: ",\"crit\":[\"x\"]"))).Claims);
        Assert.Null((await VerifyAsync(_tokens.SignText("""{"alg":"RS256"}""", """{"iss":"a","iss":"https://kubernetes.default.svc.cluster.local"}""", "RS256"))).Claims);
    }

    [Fact]
    public async Task S7_KeySet_ThatCanNotBeFetched_MakesNoTokenGood_AndKeysFromBeforeStay()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("jwks.json");
        var verifier = Verifier(new JwtRule(TestTokens.Issuer, [], "", new Uri(file).AbsoluteUri), null);
        var token = _tokens.Sign(TestTokens.Claims(_clock.GetUtcNow()));
        Assert.Null((await verifier.VerifyAsync(token, default)).Claims);

        folder.Write("jwks.json", _tokens.Jwks);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.NotNull((await verifier.VerifyAsync(token, default)).Claims);

        foreach (var bad in new[] { "{}", "no json", "[]", new string(' ', 2 * 1024 * 1024) + _tokens.Jwks })
        {
            folder.Write("jwks.json", bad);
            _clock.Advance(TimeSpan.FromMinutes(11));
            Assert.NotNull((await verifier.VerifyAsync(token, default)).Claims);
        }
    }

    [Fact]
    public async Task IssuedToken_IsGoodWhereItsKeyIs_AndVoidElsewhere()
    {
        using var folder = new TemporaryFolder();
        using var tokens = await IssuedTokens.OpenAsync(folder.File("data"), default);
        var token = tokens.Issue("shop", "web", "istio-ca", TimeSpan.FromHours(1), _clock.GetUtcNow());

        var verdict = await new StoredTokensVerifier(folder.File("data"), ["istio-ca"], _clock).VerifyAsync(token, default);
        Assert.Equal(("shop", "web"), (verdict.Claims!.Namespace, verdict.Claims.ServiceAccount));
        Assert.Null((await new StoredTokensVerifier(folder.File("other"), ["istio-ca"], _clock).VerifyAsync(token, default)).Claims);
        Assert.Null((await new StoredTokensVerifier(folder.File("data"), ["api"], _clock).VerifyAsync(token, default)).Claims);
        Assert.Throws<ArgumentException>(() => tokens.Issue("shop:x", "web", "istio-ca", TimeSpan.FromHours(1), _clock.GetUtcNow()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""{"issuer": "x"}""")]
    [InlineData("""{"issuer": "x", "jwks": "{}"}""")]
    [InlineData("""{"issuer": "x", "jwksUri": "ftp://x"}""")]
    [InlineData("""{"issuer": "x", "jwksUri": "http://x", "jwks": "{\"keys\": []}"}""")]
    public void Rule_Malformed_IsRefused(string json) => Assert.Throws<FormatException>(() => JwtRule.Parse(json));

    [Fact]
    public void Rule_AsIstioWritesIt_IsRead() =>
        Assert.Equal(
            new JwtRule("https://x", ["a", "b"], "", "https://x/keys"), JwtRule.Parse("""{"issuer": "https://x", "jwks_uri": "https://x/keys", "audiences": ["a", "b"]}"""));

    private ValueTask<TokenVerdict> VerifyAsync(string token, IWorkloadDirectory? workloads = null) =>
        Verifier(new JwtRule(TestTokens.Issuer, [], _tokens.Jwks, ""), workloads).VerifyAsync(token, default);

    private JwtVerifier Verifier(JwtRule rule, IWorkloadDirectory? workloads) =>
        JwtVerifiers.Of(rule, ["istio-ca"], workloads, _clock, NullLogger<JwtVerifier>.Instance);

    /// <summary>The pod web-1 of the namespace shop, which runs as an account.</summary>
    private sealed record Workloads(string Account, string PodUid = "", string AccountUid = "", bool HasAccount = true) : IWorkloadDirectory
    {
        public bool Runs(string @namespace, BoundObject pod, string serviceAccount) => (@namespace, pod.Name, serviceAccount) == ("shop", "web-1", Account) && pod.IsOf(PodUid);

        public bool Exists(string @namespace, BoundObject serviceAccount) =>
            HasAccount && (@namespace, serviceAccount.Name) == ("shop", "web") && serviceAccount.IsOf(AccountUid);
    }
}
