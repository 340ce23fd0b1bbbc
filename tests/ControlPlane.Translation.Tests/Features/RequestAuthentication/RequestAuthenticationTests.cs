using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.RequestAuthentication;
using ControlPlane.Translation.Tests.Support;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.RequestAuthentication;

public sealed class RequestAuthenticationTests
{
    private const string Keys = """{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}""";

    private static readonly ProxyDescriptor Web = TranslatedMesh.Sidecar("shop", "10.1.0.1", "web-1");
    private static readonly string Jwks = JsonSerializer.Serialize(Keys);

    private readonly TranslatedMesh _mesh = new();

    public RequestAuthenticationTests() => _mesh.Mesh.Put(
        Service("shop", "web", "http:80:8080"), Pod("shop", "web-1", "10.1.0.1", "app=web"), Slice("shop", "web", "http:8080", "10.1.0.1=web-1"));

    [Theory]
    [InlineData("""{"jwks":"J"}""", "issuer")]
    [InlineData("""{"issuer":"i","jwks":"J","audiences":[""]}""", "audiences[0]")]
    [InlineData("""{"issuer":"i","jwks":"J","fromParams":["a",""]}""", "fromParams[1]")]
    [InlineData("""{"issuer":"i","jwks":"J","fromCookies":[""]}""", "fromCookies[0]")]
    [InlineData("""{"issuer":"i","jwks":"J","fromHeaders":[{"prefix":"p"}]}""", "fromHeaders[0].name")]
    [InlineData("""{"issuer":"i","jwks":"J","outputPayloadToHeader":"a b"}""", "outputPayloadToHeader")]
    [InlineData("""{"issuer":"i","jwks":"J","outputClaimToHeaders":[{"header":"a.b","claim":"c"}]}""", "outputClaimToHeaders[0].header")]
    [InlineData("""{"issuer":"i","jwks":"J","outputClaimToHeaders":[{"header":"a"}]}""", "outputClaimToHeaders[0].claim")]
    [InlineData("""{"issuer":"i","jwks":"J","timeout":"0s"}""", "timeout")]
    [InlineData("""{"issuer":"i","jwks":"nothing"}""", "jwks")]
    [InlineData("""{"issuer":"i","jwks":"{\"keys\":[]}"}""", "jwks")]
    [InlineData("""{"issuer":"i","jwks":"{\"keys\":[{\"kty\":\"RSA\"}]}"}""", "jwks")]
    [InlineData("""{"issuer":"i","jwksUri":"file:///etc/passwd"}""", "jwksUri")]
    public void Rule_ThatIstioRefuses_IsAnErrorOfItsField(string rule, string field)
    {
        Put("p", "[" + rule.Replace("\"J\"", Jwks, StringComparison.Ordinal) + "]");

        Assert.Equal("spec.jwtRules[0]." + field, Assert.Single(Explain("p"), d => d.Severity == Severity.Error).Field);
    }

    [Theory]
    [InlineData("""{"issuer":"i"}""", "issuer")]
    [InlineData("""{"issuer":"i","jwks":"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"}""", "jwks")]
    [InlineData("""{"issuer":"i","jwks":"J","presence":"REQUIRED"}""", "presence")]
    public void Rule_WithoutTheEffectThatItSeemsToHave_IsAWarning(string rule, string field)
    {
        Put("p", "[" + rule.Replace("\"J\"", Jwks, StringComparison.Ordinal) + "]");

        Assert.Equal((Severity.Warning, "spec.jwtRules[0]." + field), Assert.Single(Explain("p").Select(d => (d.Severity, d.Field))));
    }

    [Fact]
    public void Rules_OfAllPolicies_AreJoinedByIssuer()
    {
        Put("b", $$"""[{"issuer":"z","jwks":{{Jwks}}},{"issuer":"a","jwks":{{Jwks}}}]""");
        Put("a", $$"""[{"issuer":"m","jwks":{{Jwks}}}]""", "istio-system");

        Assert.Equal(["a", "m", "z"], Filter()!.Providers.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.Issuer));
    }

    [Fact]
    public void Policy_WithoutRules_AddsNoFilter()
    {
        Put("p", "[]");

        Assert.Null(Filter());
    }

    /// <summary>A filter without a key would be refused, and the listener with it; a rule that is left out would let tokens through.</summary>
    [Theory]
    [InlineData("""{"issuer":"i"}""")]
    [InlineData("""{"issuer":"i","jwksUri":"https://keys.example/jwks"}""")]
    [InlineData("""{"issuer":"i","jwks":"nothing"}""")]
    [InlineData("""{"issuer":"i","jwks":"{\"keys\":[]}"}""")]
    public void Issuer_WithoutKeys_HasOneThatVerifiesNothing(string rule)
    {
        Put("p", $"[{rule}]");

        Assert.Equal(KeySets.Unusable, Filter()!.Providers.Single().Value.LocalJwks.InlineString);
    }

    [Theory]
    [InlineData("""{"issuer":"https://i.example"}""", "https://i.example")]
    [InlineData("""{"issuer":"i","jwksUri":"https://keys.example/jwks"}""", "https://keys.example/jwks")]
    public void Issuer_WhoseKeysAreFetched_HasThem_AndLosesThemWithoutOpeningAnything(string rule, string source)
    {
        Put("p", $"[{rule}]");
        Assert.Equal([source], KeySources.Wanted([new ConfigObject { ApiVersion = "v1", Kind = "RequestAuthentication", Meta = Meta("shop", "p"), SpecJson = $$"""{"jwtRules":[{{rule}}]}""" }]).Select(s => s.Name));

        _mesh.Mesh.Put(KeySources.Fetched(source, Keys));
        Assert.Equal(Keys, Filter()!.Providers.Single().Value.LocalJwks.InlineString);
        Assert.Empty(_mesh.Mesh.Get(FeatureCatalog.Diagnostics, (KeySources.Table.Kind, KeySources.KeyOf(source))));

        _mesh.Mesh.Put(KeySources.Fetched(source, "no keys"));
        Assert.Equal(KeySets.Unusable, Filter()!.Providers.Single().Value.LocalJwks.InlineString);

        _mesh.Mesh.Delete(KeySources.Table, "", source);
        Assert.Equal(KeySets.Unusable, Filter()!.Providers.Single().Value.LocalJwks.InlineString);
    }

    /// <summary>Whoever can tell how a public key came about knows that it has no owner.</summary>
    [Fact]
    public void UnusableKey_ComesFromATextAndLiesOnTheCurve()
    {
        var key = JsonNode.Parse(KeySets.Unusable)!["keys"]![0]!;
        var (x, y) = (Number(key["x"]!), Number(key["y"]!));
        var prime = BigInteger.Parse("0ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var b = BigInteger.Parse("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        Assert.Equal(new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes("ControlPlane: a key of nobody 2")), isUnsigned: true, isBigEndian: true), x);
        Assert.Equal(0, (BigInteger.Pow(x, 3) - (3 * x) + b - (y * y)) % prime);
        Assert.True(y.IsEven);
    }

    private static BigInteger Number(JsonNode text) => new(Base64Url(text.GetValue<string>()), isUnsigned: true, isBigEndian: true);

    private static byte[] Base64Url(string text) => Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));

    private void Put(string name, string rules, string @namespace = "shop") => _mesh.Mesh.Put(new ConfigObject
    {
        ApiVersion = "security.istio.io/v1", Kind = "RequestAuthentication", Meta = Meta(@namespace, name), SpecJson = $$"""{"jwtRules":{{rules}}}""",
    });

    private List<Diagnostic> Explain(string name) => [.. _mesh.Mesh.Get(FeatureCatalog.Diagnostics, ("RequestAuthentication", new ObjectKey("shop", name)))];

    private JwtAuthentication? Filter()
    {
        Assert.NotEmpty(_mesh.Set(XdsType.Listener, Web).Resources);
        var manager = _mesh.Listener(Web, "virtualInbound")!.FilterChains.SelectMany(c => c.Filters)
            .Where(f => ProtoJson.Is<HttpConnectionManager>(f.TypedConfig)).Select(f => ProtoJson.Unpack<HttpConnectionManager>(f.TypedConfig)).First();
        return manager.HttpFilters.FirstOrDefault(f => f.Name == "envoy.filters.http.jwt_authn") is { } filter ? ProtoJson.Unpack<JwtAuthentication>(filter.TypedConfig) : null;
    }
}
