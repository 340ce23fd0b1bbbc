using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.AuthorizationPolicy;

/// <summary>What Istio refuses of an AuthorizationPolicy, and what it warns of.</summary>
public sealed class AuthorizationPolicyRulesTests
{
    private const string Mesh = """{"extensionProviders":[{"name":"check","envoyExtAuthzGrpc":{"service":"authz.shop.svc.cluster.local","port":9000}},{"name":"other","envoyExtAuthzGrpc":{"service":"authz.shop.svc.cluster.local","port":9000}}]}""";

    private readonly TestMesh _mesh = new TestMesh().Settings(Mesh).Put(Service("shop", "authz", "grpc:9000"), Pod("shop", "web-1", "10.1.0.1", "app=web"));

    [Theory]
    [InlineData("""{"selector":{"matchLabels":{"app":"web"}},"targetRefs":[{"kind":"Gateway","group":"gateway.networking.k8s.io","name":"g"}]}""", "spec")]
    [InlineData("""{"selector":{"matchLabels":{"app":"*"}}}""", "spec.selector.matchLabels")]
    [InlineData("""{"targetRef":{"kind":"Gateway","group":"gateway.networking.k8s.io"}}""", "spec.targetRef.name")]
    [InlineData("""{"targetRefs":[{"kind":"Pod","name":"p"}]}""", "spec.targetRefs[0].kind")]
    [InlineData("""{"targetRefs":[{"kind":"Gateway","group":"gateway.networking.k8s.io","name":"g","namespace":"other"}]}""", "spec.targetRefs[0].namespace")]
    [InlineData("""{"action":"DENY"}""", "spec.rules")]
    [InlineData("""{"action":"CUSTOM","provider":{"name":"check"}}""", "spec.rules")]
    [InlineData("""{"action":"CUSTOM","rules":[{}]}""", "spec.provider.name")]
    [InlineData("""{"provider":{"name":"check"},"rules":[{}]}""", "spec.provider")]
    [InlineData("""{"action":"CUSTOM","provider":{"name":"check"},"rules":[{"from":[{"source":{"principals":["a"]}}]}]}""", "spec.rules[0].from[0].source.principals")]
    [InlineData("""{"action":"CUSTOM","provider":{"name":"check"},"rules":[{"when":[{"key":"request.auth.claims[a]","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"from":[{}]}]}""", "spec.rules[0].from[0].source")]
    [InlineData("""{"rules":[{"from":[{"source":{}}]}]}""", "spec.rules[0].from[0].source")]
    [InlineData("""{"rules":[{"to":[{}]}]}""", "spec.rules[0].to[0].operation")]
    [InlineData("""{"rules":[{"from":[{"source":{"principals":["a",""]}}]}]}""", "spec.rules[0].from[0].source.principals[1]")]
    [InlineData("""{"rules":[{"from":[{"source":{"ipBlocks":["10.1"]}}]}]}""", "spec.rules[0].from[0].source.ipBlocks[0]")]
    [InlineData("""{"rules":[{"from":[{"source":{"notRemoteIpBlocks":["10.1.0.0/33"]}}]}]}""", "spec.rules[0].from[0].source.notRemoteIpBlocks[0]")]
    [InlineData("""{"rules":[{"from":[{"source":{"serviceAccounts":["a/b/c"]}}]}]}""", "spec.rules[0].from[0].source.serviceAccounts[0]")]
    [InlineData("""{"rules":[{"from":[{"source":{"serviceAccounts":["a*"]}}]}]}""", "spec.rules[0].from[0].source.serviceAccounts[0]")]
    [InlineData("""{"rules":[{"from":[{"source":{"serviceAccounts":["a"],"namespaces":["b"]}}]}]}""", "spec.rules[0].from[0].source.serviceAccounts")]
    [InlineData("""{"rules":[{"from":[{"source":{"trustDomains":["a/b"]}}]}]}""", "spec.rules[0].from[0].source.trustDomains[0]")]
    [InlineData("""{"rules":[{"from":[{"source":{"notTrustDomains":["a*b"]}}]}]}""", "spec.rules[0].from[0].source.notTrustDomains[0]")]
    [InlineData("""{"rules":[{"to":[{"operation":{"ports":["70000"]}}]}]}""", "spec.rules[0].to[0].operation.ports[0]")]
    [InlineData("""{"rules":[{"to":[{"operation":{"notPorts":["http"]}}]}]}""", "spec.rules[0].to[0].operation.notPorts[0]")]
    [InlineData("""{"rules":[{"to":[{"operation":{"paths":["/a/{b}"]}}]}]}""", "spec.rules[0].to[0].operation.paths[0]")]
    [InlineData("""{"rules":[{"to":[{"operation":{"paths":["/{**}/a/{*}"]}}]}]}""", "spec.rules[0].to[0].operation.paths[0]")]
    [InlineData("""{"rules":[{"to":[{"operation":{"notPaths":["a/{*}"]}}]}]}""", "spec.rules[0].to[0].operation.notPaths[0]")]
    [InlineData("""{"rules":[{"when":[{"values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"source.ip"}]}]}""", "spec.rules[0].when[0]")]
    [InlineData("""{"rules":[{"when":[{"key":"source.name","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"destination.labels[a]","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"request.headers","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"request.headers[a b]","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"request.auth.claims[]","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"experimental.envoy.filters.a","values":["b"]}]}]}""", "spec.rules[0].when[0].key")]
    [InlineData("""{"rules":[{"when":[{"key":"destination.port","notValues":["-1"]}]}]}""", "spec.rules[0].when[0].notValues[0]")]
    [InlineData("""{"rules":[{"when":[{"key":"remote.ip","values":["here"]}]}]}""", "spec.rules[0].when[0].values[0]")]
    public void Policy_ThatIstioRefuses_IsAnErrorOfItsField(string spec, string field)
    {
        Assert.Equal(field, Assert.Single(Explain(spec), d => d.Severity == Severity.Error).Field);
    }

    [Theory]
    [InlineData("maybe", "ALLOW")]
    [InlineData("true", "AUDIT")]
    public void DryRun_ThatIstioRefuses_IsAnError(string value, string action) =>
        Assert.Equal("metadata.annotations[istio.io/dry-run]", Assert.Single(Explain($$"""{"action":"{{action}}","rules":[{}]}""", $"istio.io/dry-run={value}")).Field);

    [Theory]
    [InlineData("""{"selector":{}}""", "CP0104 spec.selector.matchLabels")]
    [InlineData("""{"selector":{"matchLabels":{"app":"nobody"}}}""", "CP0128 spec.selector")]
    [InlineData("""{"targetRefs":[{"kind":"Service","name":"web"}]}""", "CP0104 spec.targetRefs[0].kind")]
    [InlineData("""{"action":"DENY","rules":[{"to":[{"operation":{"methods":["GET"]}}]}]}""", "CP0104 spec.rules[0]")]
    [InlineData("""{"action":"CUSTOM","provider":{"name":"nobody"},"rules":[{}]}""", "CP0151 spec.provider.name")]
    public void Policy_WithoutTheEffectThatItSeemsToHave_IsAWarning(string spec, string expected)
    {
        var found = Assert.Single(Explain(spec));

        Assert.Equal((Severity.Warning, expected), (found.Severity, $"{found.Code} {found.Field}"));
    }

    [Fact]
    public void CustomPolicies_OfTwoProviders_AreTold()
    {
        _mesh.Put(Policy("istio-system", "mesh", """{"action":"CUSTOM","provider":{"name":"other"},"rules":[{}]}"""));

        Assert.Equal("CP0152", Assert.Single(Explain("""{"selector":{"matchLabels":{"app":"web"}},"action":"CUSTOM","provider":{"name":"check"},"rules":[{}]}""")).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"selector":{"matchLabels":{"app":"web"}},"rules":[]}""")]
    [InlineData("""{"action":"CUSTOM","provider":{"name":"check"},"rules":[{"to":[{"operation":{"paths":["/admin*"],"ports":["0"]}}]}]}""")]
    [InlineData("""{"rules":[{"to":[{"operation":{"paths":["/v1/{*}/items/{**}","*"]}}],"when":[{"key":"request.auth.claims[a][b]","values":["*"]},{"key":"source.ip","values":["::1","10.0.0.0/8"]}]}]}""")]
    public void Policy_ThatIsSound_IsSilent(string spec) => Assert.Empty(Explain(spec));

    private static ConfigObject Policy(string @namespace, string name, string spec, string annotations = "") =>
        new() { ApiVersion = "security.istio.io/v1", Kind = "AuthorizationPolicy", Meta = Meta(@namespace, name, annotations: annotations), SpecJson = spec };

    private List<Diagnostic> Explain(string spec, string annotations = "")
    {
        _mesh.Put(Policy("shop", "p", spec, annotations));
        return [.. _mesh.Get(FeatureCatalog.Diagnostics, ("AuthorizationPolicy", new ObjectKey("shop", "p")))];
    }
}
