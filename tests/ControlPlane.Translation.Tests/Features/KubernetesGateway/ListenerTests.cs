using ControlPlane.Translation.Tests.Support;
using Envoy.Extensions.TransportSockets.Tls.V3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Features.KubernetesGateway.ApiMesh;

namespace ControlPlane.Translation.Tests.Features.KubernetesGateway;

public sealed class ListenerTests
{
    private const string Secure = """{"name": "s", "port": 443, "protocol": "HTTPS", "hostname": "a.example.com", "tls": {"certificateRefs": [CERT]}}""";

    private readonly ApiMesh _mesh = new();

    [Fact]
    public void Listener_IsOnTheTargetPortOfTheService()
    {
        _mesh.Gateway();

        Assert.Equal(["0.0.0.0_8080"], _mesh.Mesh.Listeners());
        Assert.Empty(_mesh.Findings("Gateway", "istio-system", "kgw"));
    }

    [Fact]
    public void Listener_OfAPortThatTheServiceLacks_IsNone()
    {
        _mesh.Gateway("""{"name": "x", "port": 81, "protocol": "HTTP"}""");

        Assert.Empty(_mesh.Mesh.Listeners());
        Assert.Equal(["CP0131 spec.listeners[0].port"], _mesh.Findings("Gateway", "istio-system", "kgw"));
    }

    [Theory]
    [InlineData("istio", null, true)]
    [InlineData("own", null, false)]
    [InlineData("own", "istio.io/gateway-controller", true)]
    [InlineData("istio", "example.com/other", false)]
    public void Class_ThatIsOurs_IsServed(string name, string? controller, bool served)
    {
        if (controller is not null)
            _mesh.Put("GatewayClass", "", name, $$"""{"controllerName": "{{controller}}"}""");
        _mesh.Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "{{name}}", "addresses": [{"type": "Hostname", "value": "gateway"}], "listeners": [{{Http}}]}""");

        Assert.Equal(served, _mesh.Mesh.Listeners().Count > 0);
        Assert.Equal(served, !_mesh.Findings("Gateway", "istio-system", "kgw").Any());
    }

    [Theory]
    [InlineData("""[{"type": "Hostname", "value": "gateway.istio-system.svc.cluster.local"}]""", true)]
    [InlineData("""[{"type": "IPAddress", "value": "10.96.9.9"}]""", false)]
    [InlineData("""[]""", false)]
    [InlineData("""[{"value": "10.96.9.9"}, {"type": "Hostname", "value": "gateway"}]""", true)]
    [InlineData("""[{"value": "10.96.9.9"}, {"value": "10.96.9.8"}]""", false)]
    public void Addresses_NameTheService(string addresses, bool served)
    {
        _mesh.Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "istio", "addresses": {{addresses}}, "listeners": [{{Http}}]}""");

        Assert.Equal(served, _mesh.Mesh.Listeners().Count > 0);
        if (!served)
            Assert.Contains("CP0131 spec.addresses", _mesh.Findings("Gateway", "istio-system", "kgw"));
    }

    [Fact]
    public void Gateway_WithoutAddress_IsServedByTheServiceThatIsCalledAfterIt()
    {
        _mesh.Mesh.Translated.Mesh.Put(Service("istio-system", "kgw-istio", "http:80:9090") with { Selector = Map("app=gateway") });
        _mesh.Put("Gateway", "istio-system", "kgw", $$"""{"gatewayClassName": "istio", "listeners": [{{Http}}]}""");

        Assert.Equal(["0.0.0.0_9090"], _mesh.Mesh.Listeners());
    }

    [Theory]
    [InlineData("HTTP", "a.example.com", "HTTP", "a.example.com", false)]
    [InlineData("HTTP", "a.example.com", "HTTP", "*.example.com", true)]
    [InlineData("HTTP", "", "TCP", "", false)]
    [InlineData("TCP", "", "HTTP", "", false)]
    [InlineData("HTTP", "", "UDP", "", false)]
    public void Listeners_OfOnePort_Conflict(string first, string firstHost, string second, string secondHost, bool both)
    {
        static string Listener(string name, string protocol, string host) =>
            $$"""{"name": "{{name}}", "port": 80, "protocol": "{{protocol}}"{{(host.Length == 0 ? "" : $", \"hostname\": \"{host}\"")}}}""";
        _mesh.Gateway(Listener("one", first, firstHost) + "," + Listener("two", second, secondHost));

        Assert.Equal(both ? [] : ["CP0131 spec.listeners[1]"], _mesh.Findings("Gateway", "istio-system", "kgw"));
    }

    [Fact]
    public void Certificate_OfTheOwnNamespace_IsServed()
    {
        _mesh.Certificate("istio-system", "cert").Gateway(Secure.Replace("CERT", """{"name": "cert"}""", StringComparison.Ordinal));

        var chain = Assert.Single(_mesh.Mesh.Listener("0.0.0.0_8443")!.FilterChains);
        Assert.Equal(["a.example.com"], chain.FilterChainMatch.ServerNames);
        var tls = chain.TransportSocket.TypedConfig.Unpack<DownstreamTlsContext>().CommonTlsContext;
        Assert.Equal("kubernetes-gateway://istio-system/cert", tls.TlsCertificateSdsSecretConfigs.Single().Name);
        Assert.NotNull(_mesh.Mesh.Secret("kubernetes-gateway://istio-system/cert"));
    }

    [Fact]
    public void Certificate_OfAnotherNamespace_NeedsAGrant()
    {
        _mesh.Certificate("shop", "cert").Gateway(Secure.Replace("CERT", """{"name": "cert", "namespace": "shop"}""", StringComparison.Ordinal));
        Assert.Empty(_mesh.Mesh.Listeners());
        Assert.Equal(["CP0131 spec.listeners[0].tls.certificateRefs[0]"], _mesh.Findings("Gateway", "istio-system", "kgw"));

        _mesh.Put("ReferenceGrant", "shop", "grant", """{"from": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "istio-system"}], "to": [{"group": "", "kind": "Secret"}]}""");
        Assert.Equal(["0.0.0.0_8443"], _mesh.Mesh.Listeners());
        Assert.NotNull(_mesh.Mesh.Secret("kubernetes-gateway://shop/cert"));
    }

    [Fact]
    public void Certificate_ThatCantBeUsed_LeavesTheListenerOut()
    {
        _mesh.Certificate("istio-system", "one").Certificate("istio-system", "two").Secret("istio-system", "noise", "no certificate", "no key")
            .Gateway(string.Join(',', new[] { "noise", "missing" }.Select((n, i) => Secure.Replace("CERT", $$"""{"name": "{{n}}"}""", StringComparison.Ordinal)
                .Replace("\"s\"", $"\"s{i}\"", StringComparison.Ordinal).Replace("a.example", $"{n}.example", StringComparison.Ordinal))));

        Assert.Empty(_mesh.Mesh.Listeners());
        Assert.Equal(2, _mesh.Findings("Gateway", "istio-system", "kgw").Count());
    }

    [Theory]
    [InlineData("MUTUAL", "AllowValidOnly", true, false)]
    [InlineData("", "AllowValidOnly", true, false)]
    [InlineData("", "AllowInsecureFallback", false, true)]
    [InlineData("OPTIONAL_MUTUAL", "AllowInsecureFallback", false, false)]
    public void Frontend_AsksClientsForCertificates(string option, string mode, bool required, bool anybody)
    {
        _mesh.Certificate("istio-system", "cert").Gateway(
            $$"""{"name": "s", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "cert"}], "options": {"gateway.istio.io/tls-terminate-mode": "{{option}}"} } }""",
            more: $$""", "tls": {"frontend": {"default": {"validation": {"mode": "{{mode}}", "caCertificateRefs": [{"group": "", "kind": "Secret", "name": "cert"}]} } } }""");

        var tls = _mesh.Mesh.Listener("0.0.0.0_8443")!.FilterChains[0].TransportSocket.TypedConfig.Unpack<DownstreamTlsContext>();
        Assert.Equal(required, tls.RequireClientCertificate);
        var context = tls.CommonTlsContext.CombinedValidationContext;
        Assert.Equal("kubernetes-gateway://istio-system/cert-cacert", context.ValidationContextSdsSecretConfig.Name);
        Assert.Equal(anybody, context.DefaultValidationContext.TrustChainVerification == CertificateValidationContext.Types.TrustChainVerification.AcceptUntrusted);
    }

    [Theory]
    [InlineData("All", true)]
    [InlineData("Same", false)]
    [InlineData("None", false)]
    public void ListenerSet_IsTaken_WhereTheGatewayAllowsItsNamespace(string from, bool taken)
    {
        _mesh.Gateway(more: $$""", "allowedListeners": {"namespaces": {"from": "{{from}}"} }""")
            .Put("ListenerSet", "shop", "set", """{"parentRef": {"name": "kgw", "namespace": "istio-system"}, "listeners": [{"name": "x", "port": 443, "protocol": "HTTP"}]}""");

        Assert.Equal(taken, _mesh.Mesh.Listeners().Contains("0.0.0.0_8443"));
        Assert.Equal(taken ? [] : ["CP0131 spec.parentRef"], _mesh.Findings("ListenerSet", "shop", "set"));
    }

    [Theory]
    [InlineData("""{"from": "All"}""", true)]
    [InlineData("""{"from": "Same"}""", false)]
    [InlineData("""{"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}""", true)]
    [InlineData("""{"from": "Selector", "selector": {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["a"]}]}}""", false)]
    [InlineData("""{"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}""", true)]
    public void AllowedRoutes_OfNamespaces_AreTaken(string namespaces, bool taken)
    {
        _mesh.Mesh.Translated.Mesh.Put(Namespace("shop", "team=a"), Namespace("istio-system"));
        _mesh.Gateway($$"""{"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {{namespaces}} } }""").Route(Rule("/"));

        Assert.Equal(taken ? "*:80" : "blackhole:80", Assert.Single(_mesh.Mesh.Route("http.8080").VirtualHosts).Name);
        Assert.Equal(taken ? [] : ["CP0132 spec.parentRefs[0]"], _mesh.Findings("HTTPRoute", "shop", "route"));
    }

    [Fact]
    public void AllowedKinds_RefuseOthers()
    {
        _mesh.Gateway("""{"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}, {"kind": "TCPRoute"}]}}""").Route(Rule("/"));

        Assert.Equal("blackhole:80", Assert.Single(_mesh.Mesh.Route("http.8080").VirtualHosts).Name);
        Assert.Equal(["CP0132 spec.parentRefs[0]"], _mesh.Findings("HTTPRoute", "shop", "route"));
        Assert.Equal(["CP0131 spec.listeners[0].allowedRoutes.kinds[1]"], _mesh.Findings("Gateway", "istio-system", "kgw"));
    }

    [Fact]
    public void Gateway_OfIstioAndOfKubernetes_ShareAPort()
    {
        _mesh.Gateway().Route(Rule("/k"));
        _mesh.Mesh.Gateway("""{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["i.example.com"]}""").ToWeb("\"i.example.com\"");

        Assert.Equal(["*:80", "i.example.com:80"], _mesh.Mesh.Route("http.8080").VirtualHosts.Select(h => h.Name));
    }

    [Fact]
    public void Pod_ThatOnlyHasTheLabelsOfNobody_IsNotServed()
    {
        _mesh.Gateway();
        _mesh.Mesh.Proxy = TranslatedMesh.Gateway() with { PodName = "other", Labels = Map("app=other") };

        Assert.Empty(_mesh.Mesh.Listeners());
    }
}
