using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.Gateway;

public sealed class GatewayMergeTests
{
    private const string Http = """{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["a.example.com"]}""";
    private const string Tcp = """{"port": {"number": 80, "name": "tcp", "protocol": "TCP"}, "hosts": ["*"]}""";
    private const string TcpRoute = """{"hosts": ["*"], "gateways": ["istio-system/gw", "istio-system/late"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""";

    [Fact]
    public void Listeners_WithoutGateway_AreNone() => Assert.Empty(new GatewayMesh().Listeners());

    [Fact]
    public void Selector_LabelsOfThePod_DecideInAnyNamespace()
    {
        var mesh = new GatewayMesh().Gateway(Http, @namespace: "shop");
        mesh.Proxy = mesh.Proxy with { Labels = Map("istio=other") };
        Assert.Equal(["0.0.0.0_8080"], mesh.Listeners());

        Assert.Empty(new GatewayMesh().Gateway(Http, selector: "egressgateway").Listeners());
    }

    [Fact]
    public void Selector_Empty_FitsEveryGateway() =>
        Assert.Equal(["0.0.0.0_8080"], new GatewayMesh().Put("Gateway", "shop", "any", $$"""{"servers": [{{Http}}]}""").Listeners());

    [Fact]
    public void Port_OfTheService_IsTranslatedAndAnotherIsTakenAsItIs() => Assert.Equal(
        ["0.0.0.0_8080", "0.0.0.0_9090"],
        new GatewayMesh().Gateway($$"""{{Http}}, {"port": {"number": 9090, "name": "own", "protocol": "HTTP"}, "hosts": ["*"]}""").Listeners());

    [Fact]
    public void Port_ServiceThatOptsOut_IsNotTranslated()
    {
        var mesh = new GatewayMesh().Gateway(Http);
        mesh.Translated.Mesh.Put(
            Service("istio-system", "gateway", "http:80:8080", "10.96.9.9", labels: "experimental.istio.io/disable-gateway-port-translation=true"));

        Assert.Equal(["0.0.0.0_80"], mesh.Listeners());
    }

    [Fact]
    public void Port_Privileged_IsDroppedForAPodWithoutPrivileges()
    {
        var mesh = new GatewayMesh().Gateway($$"""{{Http}}, {"port": {"number": 90, "name": "low", "protocol": "HTTP"}, "hosts": ["*"]}""");
        mesh.Proxy = mesh.Proxy with { Metadata = Map("UNPRIVILEGED_POD=\"true\"") };

        Assert.Equal(["0.0.0.0_8080"], mesh.Listeners());
    }

    [Fact]
    public void Servers_PlainHttpOfAnyVersion_ShareListenerChainAndRoutes()
    {
        var mesh = new GatewayMesh().Gateway(Http).Gateway(
            """{"port": {"number": 8080, "name": "grpc", "protocol": "grpc"}, "hosts": ["b.example.com"]}""", "late").ToWeb("\"*.example.com\"", gateways: "\"istio-system/gw\", \"istio-system/late\"");

        Assert.Single(mesh.Listener("0.0.0.0_8080")!.FilterChains);
        Assert.Equal(["a.example.com:80", "b.example.com:8080"], mesh.Route("http.8080").VirtualHosts.Select(h => h.Name));
    }

    [Theory]
    [InlineData(Tcp, Http, "tcp_proxy")]
    [InlineData(Http, Tcp, "http_connection_manager")]
    public void Servers_TcpAndHttp_TheEarlierWins(string early, string late, string kept)
    {
        var mesh = new GatewayMesh().Gateway(early, age: 1).Gateway(late, "late").VirtualService(TcpRoute, "tcp");

        Assert.EndsWith(kept, Assert.Single(mesh.Listener("0.0.0.0_8080")!.FilterChains).Filters[^1].Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_OtherBind_IsAnotherListener()
    {
        var mesh = new GatewayMesh().Gateway(Tcp).Gateway(Http.Replace("\"hosts\"", "\"bind\": \"10.9.0.2\", \"hosts\"", StringComparison.Ordinal), "late").VirtualService(TcpRoute, "tcp");

        Assert.Equal(["0.0.0.0_8080", "10.9.0.2_8080"], mesh.Listeners());
        Assert.Equal(["http.8080.10.9.0.2"], mesh.Routes());
    }

    [Fact]
    public void Servers_TlsWithATakenHost_IsSkippedWholeAndTextDecides()
    {
        static string Server(string name, string hosts) =>
            $$$"""{"port": {"number": 443, "name": "{{{name}}}", "protocol": "HTTPS"}, "hosts": [{{{hosts}}}], "tls": {"mode": "SIMPLE", "credentialName": "c"}}""";
        var mesh = new GatewayMesh().Gateway(string.Join(
            ',', Server("a", "\"a.example.com\""), Server("b", "\"b.example.com\", \"a.example.com\""), Server("c", "\"*.example.com\""), Server("d", "\"b.example.com\"")));

        Assert.Equal(
            ["a.example.com", "*.example.com", "b.example.com"],
            mesh.Listener("0.0.0.0_8443")!.FilterChains.Select(c => c.FilterChainMatch.ServerNames.Single()));
        Assert.Equal(["https.443.a.gw.istio-system", "https.443.c.gw.istio-system", "https.443.d.gw.istio-system"], mesh.Routes());
    }

    [Fact]
    public void Servers_TlsThenHttp_AddsAChainForAnything()
    {
        var mesh = new GatewayMesh().Gateway("""
            {"port": {"number": 443, "name": "a", "protocol": "HTTPS"}, "hosts": ["a.example.com"], "tls": {"mode": "SIMPLE", "credentialName": "c"}},
            {"port": {"number": 8443, "name": "b", "protocol": "HTTP"}, "hosts": ["*"]}
            """);

        var chains = mesh.Listener("0.0.0.0_8443")!.FilterChains;
        Assert.Equal(2, chains.Count);
        Assert.Null(chains[1].FilterChainMatch);
        Assert.Equal(["http.8443", "https.443.a.gw.istio-system"], mesh.Routes());
    }

    [Fact]
    public void Edit_OfOneGateway_BuildsOnlyWhatItConcerns()
    {
        var mesh = new GatewayMesh().Gateway(Http).Gateway("""{"port": {"number": 9090, "name": "own", "protocol": "HTTP"}, "hosts": ["own.example.com"]}""", "own")
            .ToWeb("\"*.example.com\"", gateways: "\"istio-system/gw\", \"istio-system/own\"");
        mesh.Listeners();
        mesh.Routes();
        var (listeners, routes) = (mesh.Translated.Runs("Listener.Encode"), mesh.Translated.Runs("Route.Encode"));

        mesh.Gateway("""{"port": {"number": 9090, "name": "own", "protocol": "HTTP"}, "hosts": ["new.example.com"]}""", "own");
        mesh.Listeners();
        mesh.Routes();

        Assert.Equal((0, 1), (mesh.Translated.Runs("Listener.Encode") - listeners, mesh.Translated.Runs("Route.Encode") - routes));
        Assert.Equal("new.example.com:9090", mesh.Route("http.9090").VirtualHosts.Single().Name);
    }

    [Fact]
    public void Delete_OfTheGateway_TakesItsListenersAway()
    {
        var mesh = new GatewayMesh().Gateway(Http);
        Assert.NotEmpty(mesh.Listeners());
        mesh.Translated.Mesh.Delete(Tables.Config("Gateway"), "istio-system", "gw");

        Assert.Empty(mesh.Listeners());
    }
}
