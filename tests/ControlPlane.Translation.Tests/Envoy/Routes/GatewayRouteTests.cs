using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Tests.Envoy.Routes;

public sealed class GatewayRouteTests
{
    private const string Any = """{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}""";

    [Fact]
    public void Routes_WithoutVirtualService_AnswerNothing()
    {
        var host = Assert.Single(new GatewayMesh().Gateway(Any).Route("http.8080").VirtualHosts);

        Assert.Equal(("blackhole:80", "*", 0, false), (host.Name, host.Domains.Single(), host.Routes.Count, host.IncludeRequestAttemptCount));
    }

    [Theory]
    [InlineData("istio-system/gw", true)]
    [InlineData("gw.istio-system", true)]
    [InlineData("gw.istio-system.svc.cluster.local", true)]
    [InlineData("gw", false)]
    [InlineData("mesh", false)]
    public void VirtualService_NamesTheGateway(string name, bool bound) => Assert.Equal(
        bound ? "a.example.com:80" : "blackhole:80",
        new GatewayMesh().Gateway(Any).ToWeb("\"a.example.com\"", gateways: $"\"{name}\"").Route("http.8080").VirtualHosts.Single().Name);

    [Theory]
    [InlineData("*.example.com", "a.example.com", "a.example.com")]
    [InlineData("a.example.com", "*.example.com", "a.example.com")]
    [InlineData("*.com", "*.example.com", "*.example.com")]
    [InlineData("A.example.com", "a.example.com", "blackhole")]
    [InlineData("shop/a.example.com", "a.example.com", "a.example.com")]
    [InlineData("other/a.example.com", "a.example.com", "blackhole")]
    [InlineData("./a.example.com", "a.example.com", "blackhole")]
    public void Host_IsTheNarrowerOfBoth(string ofServer, string ofRule, string host) => Assert.Equal(
        $"{host}:80",
        new GatewayMesh().Gateway(Any.Replace("*", ofServer, StringComparison.Ordinal)).ToWeb($"\"{ofRule}\"").Route("http.8080").VirtualHosts.Single().Name);

    [Fact]
    public void Order_PrivateThenExportedThenPublic_EachByAge()
    {
        static string Rule(string prefix, string exportTo) => $$$"""
            {"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "exportTo": ["{{{exportTo}}}"], "http": [{"match": [{"uri": {"prefix": "{{{prefix}}}"} }], "route": [{"destination": {"host": "web"}}]}]}
            """;
        var mesh = new GatewayMesh().Gateway(Any)
            .VirtualService(Rule("/public-old", "*"), "a", age: 9).VirtualService(Rule("/public-new", "*"), "b")
            .VirtualService(Rule("/exported", "istio-system"), "c").VirtualService(Rule("/hidden", "."), "d").VirtualService(Rule("/private", "."), "e", "istio-system");

        Assert.Equal(
            ["/private", "/exported", "/public-old", "/public-new"],
            mesh.Route("http.8080").VirtualHosts.Single().Routes.Select(r => r.Match.Prefix));
    }

    [Fact]
    public void Routes_OfSeveralVirtualServices_AreAppendedAndCatchAllsComeLast()
    {
        var mesh = new GatewayMesh().Gateway(Any).ToWeb("\"a.example.com\"", "old", age: 1)
            .VirtualService("""{"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "http": [{"match": [{"uri": {"prefix": "/x"}}], "route": [{"destination": {"host": "web"}}]}]}""", "young");

        Assert.Equal(["/x", "/"], mesh.Route("http.8080").VirtualHosts.Single().Routes.Select(r => r.Match.Prefix));
    }

    [Fact]
    public void Hosts_WithTheSameRoutes_BecomeOneNamedAfterTheMostSpecific()
    {
        var hosts = new GatewayMesh().Gateway(Any).ToWeb("\"*.example.com\", \"b.example.org\", \"a.example.org\"").ToWeb("\"c.example.org\"", "other").Route("http.8080").VirtualHosts;

        Assert.Equal(["a.example.org:80", "c.example.org:80"], hosts.Select(h => h.Name));
        Assert.Equal(["a.example.org", "b.example.org", "*.example.com"], hosts[0].Domains);
    }

    [Fact]
    public void Match_PortIsTheServersAndNotTheListeners()
    {
        static string Rule(int port) => $$$"""{"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "http": [{"match": [{"port": {{{port}}}}], "route": [{"destination": {"host": "web"}}]}]}""";

        Assert.Equal("a.example.com:80", new GatewayMesh().Gateway(Any).VirtualService(Rule(80)).Route("http.8080").VirtualHosts.Single().Name);
        Assert.Equal("blackhole:80", new GatewayMesh().Gateway(Any).VirtualService(Rule(8080)).Route("http.8080").VirtualHosts.Single().Name);
    }

    [Fact]
    public void Match_OfAnotherGateway_IsLeftOut()
    {
        var mesh = new GatewayMesh().Gateway(Any).VirtualService("""
            {"hosts": ["a.example.com"], "gateways": ["istio-system/gw", "mesh"], "http": [
              {"match": [{"gateways": ["mesh"]}], "route": [{"destination": {"host": "first"}}]},
              {"match": [{"gateways": ["istio-system/gw"]}], "route": [{"destination": {"host": "web"}}]}]}
            """);

        Assert.Equal(GatewayMesh.Web, mesh.Route("http.8080").VirtualHosts.Single().Routes.Single().Route_.Cluster);
    }

    [Fact]
    public void Destination_WithoutPort_TakesTheOnlyOneElseTheServers()
    {
        static string To(string host) => $$$"""{"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "http": [{"route": [{"destination": {"host": "{{{host}}}"}}]}]}""";
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 9090, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}""");

        Assert.Equal(GatewayMesh.Web, mesh.VirtualService(To("web")).Route("http.9090").VirtualHosts[0].Routes[0].Route_.Cluster);
        Assert.Equal("outbound|9090||gone.shop.svc.cluster.local", mesh.VirtualService(To("gone")).Route("http.9090").VirtualHosts[0].Routes[0].Route_.Cluster);
    }

    [Fact]
    public void HttpsRedirect_ConcernsEveryHostOfTheServerAndMakesThoseWithoutRoutes()
    {
        var mesh = new GatewayMesh().Gateway("""
            {"port": {"number": 80, "name": "redirect", "protocol": "HTTP"}, "hosts": ["a.example.com", "shop/empty.example.com"], "tls": {"httpsRedirect": true}},
            {"port": {"number": 8080, "name": "plain", "protocol": "HTTP"}, "hosts": ["a.example.com", "b.example.com"]}
            """).ToWeb("\"a.example.com\", \"b.example.com\"");

        var hosts = mesh.Route("http.8080").VirtualHosts.ToDictionary(h => h.Name);
        Assert.Equal(VirtualHost.Types.TlsRequirementType.All, hosts["a.example.com:80"].RequireTls);
        Assert.Equal(VirtualHost.Types.TlsRequirementType.None, hosts["b.example.com:8080"].RequireTls);
        Assert.Equal(("shop/empty.example.com", 0), (hosts["shop/empty.example.com:80"].Domains.Single(), hosts["shop/empty.example.com:80"].Routes.Count));
    }

    [Fact]
    public void Edit_OfOneVirtualService_TranslatesOnlyItAndEncodesOnlyItsRoutes()
    {
        var mesh = new GatewayMesh().Gateway(Any).Gateway("""{"port": {"number": 9090, "name": "own", "protocol": "HTTP"}, "hosts": ["*"]}""", "own");
        for (var i = 0; i < 10; i++)
            mesh.ToWeb($"\"h{i}.example.com\"", $"vs-{i}").ToWeb($"\"h{i}.example.com\"", $"own-{i}", gateways: "\"istio-system/own\"");
        mesh.Routes();
        mesh.Listeners();
        var (translated, routes, listeners) = (mesh.Translated.Runs("GatewayRoutes"), mesh.Translated.Runs("Route.Encode"), mesh.Translated.Runs("Listener.Encode"));

        mesh.VirtualService("""{"hosts": ["h3.example.com"], "gateways": ["istio-system/gw"], "http": [{"redirect": {"uri": "/"}}]}""", "vs-3");
        mesh.Routes();
        mesh.Listeners();

        Assert.Equal(
            (1, 1, 0), (mesh.Translated.Runs("GatewayRoutes") - translated, mesh.Translated.Runs("Route.Encode") - routes, mesh.Translated.Runs("Listener.Encode") - listeners));
        Assert.NotNull(mesh.Route("http.8080").VirtualHosts.Single(h => h.Name == "h3.example.com:80").Routes.Single().Redirect);
    }
}
