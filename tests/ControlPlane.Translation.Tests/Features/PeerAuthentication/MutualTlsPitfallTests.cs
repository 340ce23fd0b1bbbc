using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.PeerAuthentication;

/// <summary>Each case beside the same one without the pitfall.</summary>
public sealed class MutualTlsPitfallTests
{
    private const string Web = "\"selector\":{\"matchLabels\":{\"app\":\"web\"}}";
    private const string Strict = "\"mtls\":{\"mode\":\"STRICT\"}", Disable = "\"mtls\":{\"mode\":\"DISABLE\"}", Permissive = "\"mtls\":{\"mode\":\"PERMISSIVE\"}";
    private const string Proxied = "app=web;security.istio.io/tlsMode=istio";

    /// <summary>Service web (80 to 8080), headless store (5432), each with a pod that has a proxy; bare has none.</summary>
    private readonly TestMesh _mesh = new TestMesh().Put(
        Service("shop", "web", "http:80:8080"), Pod("shop", "web-1", "10.1.0.1", Proxied), Slice("shop", "web", "http:8080", "10.1.0.1=web-1"),
        Service("shop", "store", "tcp:5432", "None"), Pod("shop", "store-1", "10.1.0.2", "app=store;security.istio.io/tlsMode=istio"), Slice("shop", "store", "tcp:5432", "10.1.0.2=store-1"),
        Service("shop", "bare", "http:80"), Pod("shop", "bare-1", "10.1.0.3", "app=bare"), Slice("shop", "bare", "http:80", "10.1.0.3=bare-1"));

    [Theory]
    [InlineData(Strict, "")]
    [InlineData(Web + "," + Strict, "")]
    [InlineData(Web + "," + Strict + ",\"portLevelMtls\":{\"8080\":{\"mode\":\"PERMISSIVE\"}}", "")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"nobody\"}}," + Strict, "CP0128 spec.selector")]
    [InlineData(Web + ",\"portLevelMtls\":{\"80\":{\"mode\":\"STRICT\"}}", "CP0143 spec.portLevelMtls[80]")]
    [InlineData(Web + ",\"portLevelMtls\":{\"9999\":{\"mode\":\"STRICT\"}}", "CP0143 spec.portLevelMtls[9999]")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"bare\"}}," + Strict, "CP0144 spec.selector")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"store\"}}," + Disable, "CP0145 spec.mtls.mode")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"store\"}}," + Strict + ",\"portLevelMtls\":{\"5432\":{\"mode\":\"DISABLE\"}}", "CP0145 spec.portLevelMtls[5432]")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"store\"}}," + Permissive, "")]
    public void Policy_Alone(string spec, string expected)
    {
        Put("PeerAuthentication", "shop", "p", "{" + spec + "}");

        Assert.Equal(expected, Found("PeerAuthentication", "shop", "p"));
    }

    [Fact]
    public void UnknownPort_OfAService_TellsThePortThatIsMeant()
    {
        Put("PeerAuthentication", "shop", "p", "{" + Web + ",\"portLevelMtls\":{\"80\":{\"mode\":\"STRICT\"}}}");

        var message = Assert.Single(Diagnostics("PeerAuthentication", "shop", "p")).Message;
        Assert.Contains("Service shop/web", message, StringComparison.Ordinal);
        Assert.Contains("8080", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Strict, Disable, "CP0141 ")]
    [InlineData(Web + "," + Strict, "\"selector\":{\"matchLabels\":{\"security.istio.io/tlsMode\":\"istio\"}}," + Permissive, "CP0141 spec.selector")]
    [InlineData(Web + "," + Strict, Permissive, "")]
    [InlineData(Web + "," + Strict, Disable, "CP0148 spec.mtls.mode")]
    [InlineData(Web + ",\"portLevelMtls\":{\"8080\":{\"mode\":\"STRICT\"}}", Disable, "CP0148 spec.portLevelMtls[8080].mode")]
    [InlineData("\"selector\":{\"matchLabels\":{\"app\":\"store\"}}," + Disable, Disable, "")]
    public void Policy_BesideAnOlderOne(string spec, string older, string expected)
    {
        Put("PeerAuthentication", "shop", "older", "{" + older + "}", age: 1);
        Put("PeerAuthentication", "shop", "p", "{" + spec + "}");

        Assert.Equal(expected, Found("PeerAuthentication", "shop", "p"));
    }

    [Fact]
    public void Port_OfASidecarsIngress_IsKnown()
    {
        Put("PeerAuthentication", "shop", "p", "{" + Web + ",\"portLevelMtls\":{\"9081\":{\"mode\":\"STRICT\"}}}");
        Assert.Equal("CP0143 spec.portLevelMtls[9081]", Found("PeerAuthentication", "shop", "p"));

        Put("Sidecar", "shop", "s", """{"workloadSelector": {"labels": {"app": "web"}}, "ingress": [{"port": {"number": 9081, "protocol": "HTTP", "name": "http"}, "defaultEndpoint": "127.0.0.1:8081"}]}""");
        Assert.Equal("", Found("PeerAuthentication", "shop", "p"));
    }

    [Fact]
    public void Selector_InTheRootNamespace_CountsForNothing()
    {
        Put("PeerAuthentication", "istio-system", "p", "{" + Web + "," + Strict + "}");

        Assert.Equal("CP0142 spec.selector", Found("PeerAuthentication", "istio-system", "p"));
    }

    [Fact]
    public void Strict_WithoutAutomaticMutualTls_NeedsARule()
    {
        Put("PeerAuthentication", "istio-system", "p", "{" + Strict + "}");
        _mesh.Settings("""{"enableAutoMtls": false}""");
        Assert.Equal("CP0149 spec.mtls.mode", Found("PeerAuthentication", "istio-system", "p"));

        Put("DestinationRule", "istio-system", "all", """{"host": "*.local", "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}}""");
        Assert.Equal("", Found("PeerAuthentication", "istio-system", "p"));
    }

    [Theory]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}", Strict, "CP0146 spec.trafficPolicy.tls.mode")]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"SIMPLE\"}}", Strict, "CP0146 spec.trafficPolicy.tls.mode")]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}", Permissive, "")]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}", Strict, "")]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}", Disable, "CP0147 spec.trafficPolicy.tls.mode")]
    [InlineData("bare", "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}", Strict, "CP0147 spec.trafficPolicy.tls.mode")]
    [InlineData("bare", "\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}", Strict, "")]
    [InlineData("web", "\"trafficPolicy\":{\"portLevelSettings\":[{\"port\":{\"number\":80},\"tls\":{\"mode\":\"DISABLE\"}}]}", Strict, "CP0146 spec.trafficPolicy.portLevelSettings[0].tls.mode")]
    [InlineData("web", "\"trafficPolicy\":{\"portLevelSettings\":[{\"port\":{\"number\":81},\"tls\":{\"mode\":\"DISABLE\"}}]}", Strict, "")]
    [InlineData("web", "\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"},\"portLevelSettings\":[{\"port\":{\"number\":80},\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}]}", Strict, "")]
    [InlineData("web", "\"subsets\":[{\"name\":\"a\",\"labels\":{\"app\":\"web\"},\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}}]", Strict, "CP0146 spec.subsets[0].trafficPolicy.tls.mode")]
    [InlineData("web", "\"subsets\":[{\"name\":\"a\",\"labels\":{\"version\":\"v9\"},\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}}]", Strict, "")]
    [InlineData("*.local", "\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}", Strict, "CP0146 spec.trafficPolicy.tls.mode")]
    [InlineData("*.local", "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}", Disable, "CP0147 spec.trafficPolicy.tls.mode")]
    [InlineData("*.local", "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}", Strict, "")]
    public void Rule_TowardsAPolicy(string host, string rule, string policy, string expected)
    {
        Put("DestinationRule", "shop", "r", $$"""{"host": "{{host}}", {{rule}}}""");
        Put("PeerAuthentication", "shop", "default", "{" + policy + "}");

        Assert.Equal(expected, Found("DestinationRule", "shop", "r"));
    }

    [Fact]
    public void Rule_IsLookedAtAgain_WhenThePolicyChanges()
    {
        Put("DestinationRule", "shop", "r", """{"host": "web", "trafficPolicy": {"tls": {"mode": "DISABLE"}}}""");
        Assert.Equal("", Found("DestinationRule", "shop", "r"));

        Put("PeerAuthentication", "shop", "w", "{" + Web + "," + Strict + "}");
        Assert.Equal("CP0146 spec.trafficPolicy.tls.mode", Found("DestinationRule", "shop", "r"));
    }

    private void Put(string kind, string @namespace, string name, string spec, int age = 0) => _mesh.Put(GraphBuilder.Config(kind, @namespace, name, spec, age));

    private IEnumerable<Diagnostic> Diagnostics(string kind, string @namespace, string name) =>
        _mesh.Get(FeatureCatalog.Diagnostics, (kind, new ObjectKey(@namespace, name)));

    private string Found(string kind, string @namespace, string name) =>
        string.Join(';', Diagnostics(kind, @namespace, name).Select(d => $"{d.Code} {d.Field}"));
}
