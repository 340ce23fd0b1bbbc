using System.Net;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Simulation;
using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Simulation;

/// <summary>Which policy refuses a request or connection that comes to a workload.</summary>
public sealed class AuthorizationSimulationTests
{
    private const string Friend = "cluster.local/ns/shop/sa/friend", Friends = """{"rules":[{"from":[{"source":{"principals":["cluster.local/ns/shop/sa/friend"]}}]}]}""";

    private readonly TranslatedMesh _mesh = new();

    public AuthorizationSimulationTests() => _mesh.Mesh.Put(
        Service("shop", "web", "http:80:8080 tcp:90:9090"), Pod("shop", "web-1", "10.1.0.1", "app=web"), Slice("shop", "web", "http:8080 tcp:9090", "10.1.0.1=web-1"));

    [Theory]
    [InlineData(Friend, ExplanationOutcome.Forwarded)]
    [InlineData("cluster.local/ns/shop/sa/stranger", ExplanationOutcome.Refused)]
    [InlineData(null, ExplanationOutcome.Refused)]
    public void Principal_DecidesOverHttpAndTcp(string? principal, ExplanationOutcome expected)
    {
        Put("friends", Friends);

        Assert.Equal((expected, expected), (Http(principal).Outcome, Tcp(principal).Outcome));
    }

    [Fact]
    public void CertificateOfSomebody_LeavesOpenWhoItIs()
    {
        Put("friends", Friends);

        var explanation = Http("");
        Assert.Equal(ExplanationOutcome.Forwarded, explanation.Outcome);
        Assert.Contains(explanation.Notes, n => n.Contains("AuthorizationPolicy shop/friends, rule 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Denial_NamesItsPolicy()
    {
        Put("private", """{"action":"DENY","rules":[{"to":[{"operation":{"methods":["PUT"]}}]},{"to":[{"operation":{"paths":["/private/*"],"ports":["8080"]}}]}]}""");

        var explanation = Http(Friend, "/private/x?a=b");
        Assert.Equal((ExplanationOutcome.Refused, 403, "AuthorizationPolicy shop/private, rule 1 denies it"), (explanation.Outcome, explanation.Status, explanation.Reason));
        Assert.Equal(ExplanationOutcome.Forwarded, Http(Friend).Outcome);
    }

    [Theory]
    [InlineData("""{"to":[{"operation":{"hosts":["WEB.*"]}}]}""", true)]
    [InlineData("""{"to":[{"operation":{"notPorts":["8080"]}}]}""", false)]
    [InlineData("""{"from":[{"source":{"ipBlocks":["10.2.0.0/16"]}}]}""", true)]
    [InlineData("""{"from":[{"source":{"notRemoteIpBlocks":["10.2.0.9"]}}]}""", false)]
    [InlineData("""{"from":[{"source":{"namespaces":["sh*"]}}]}""", true)]
    [InlineData("""{"from":[{"source":{"notNamespaces":["shop"]}}]}""", false)]
    [InlineData("""{"when":[{"key":"request.headers[x-team]","values":["a*"]}]}""", true)]
    [InlineData("""{"when":[{"key":"destination.ip","values":["10.1.0.2"]}]}""", false)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/{*}/price"]}}]}""", true)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/{*}"]}}]}""", false)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/{**}"]}}]}""", true)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/7/price/{**}"]}}]}""", false)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/{**}/price"]}}]}""", true)]
    [InlineData("""{"to":[{"operation":{"paths":["/items/7/{**}/price"]}}]}""", false)]
    public void Rule_OfEachKind_IsUnderstood(string rule, bool admitted)
    {
        Put("rule", $$"""{"rules":[{{rule}}]}""");

        Assert.Equal(admitted ? ExplanationOutcome.Forwarded : ExplanationOutcome.Refused, Http(Friend, "/items/7/price").Outcome);
    }

    private void Put(string name, string spec) =>
        _mesh.Mesh.Put(new ConfigObject { ApiVersion = "security.istio.io/v1", Kind = "AuthorizationPolicy", Meta = Meta("shop", name), SpecJson = spec });

    private Explanation Http(string? principal, string path = "/") =>
        Explain(8080, ConnectionContent.Http1, principal, ["istio-http/1.1", "istio"], new SimulatedRequest("GET", "web.shop", path, [new("x-team", "alpha")]));

    private Explanation Tcp(string? principal) => Explain(9090, ConnectionContent.Bytes, principal, ["istio-peer-exchange", "istio"], null);

    /// <summary>"" for a certificate of nobody in particular, null for none.</summary>
    private Explanation Explain(int port, ConnectionContent content, string? principal, string[] protocols, SimulatedRequest? request)
    {
        var proxy = TranslatedMesh.Sidecar("shop", "10.1.0.1", "web-1");
        var resources = ProxyResources.Read(new[] { XdsType.Listener, XdsType.Route, XdsType.Cluster }.SelectMany(t => _mesh.Set(t, proxy).Resources));
        var tls = principal is null ? null : new SimulatedTls("", [.. protocols], HasCertificate: true, principal);
        return Simulator.Explain(
            resources, new SimulatedConnection(ConnectionEntry.Inbound, new IPEndPoint(IPAddress.Parse("10.2.0.9"), 40000), new IPEndPoint(IPAddress.Parse("10.1.0.1"), port), content, tls), request);
    }
}
