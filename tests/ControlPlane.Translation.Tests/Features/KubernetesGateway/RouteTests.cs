using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Features.KubernetesGateway.ApiMesh;

namespace ControlPlane.Translation.Tests.Features.KubernetesGateway;

public sealed class RouteTests
{
    private readonly ApiMesh _mesh = new ApiMesh().Gateway();

    [Fact]
    public void Rules_OfSeveralRoutes_AreTriedTheMoreSpecificFirst()
    {
        _mesh.Route($"{Rule("/a")}, {Rule("/a/b")}", "young")
            .Route("""{"matches": [{"path": {"type": "RegularExpression", "value": "/.+/x"}}, {"path": {"type": "Exact", "value": "/a"}}, {"path": {"value": "/a"}, "method": "GET"}], "backendRefs": [{"name": "web", "port": 80}]}""", "old", age: 1);

        Assert.Equal(
            ["shop.old.0 /a", "shop.young.1 /a/b", "shop.old.0 /a", "shop.young.0 /a", "shop.old.0 /.+/x"],
            _mesh.Host("*:80").Routes.Select(r => $"{r.Name} {r.Match.Path}{r.Match.PathSeparatedPrefix}{r.Match.SafeRegex?.Regex}"));
    }

    [Fact]
    public void Hostname_GoesToTheNarrowestListenerOfItsPort()
    {
        _mesh.Gateway($$"""{{Http}}, {"name": "wild", "port": 80, "protocol": "HTTP", "hostname": "*.example.com", "allowedRoutes": {"namespaces": {"from": "All"} } }""")
            .Route(Rule("/any"), "any", "\"a.example.com\", \"a.example.org\"", parents: """ "parentRefs": [{"name": "kgw", "namespace": "istio-system", "sectionName": "http"}]""")
            .Route(Rule("/wild"), "wild", "\"a.example.com\"");

        Assert.Equal(["shop.wild.0"], _mesh.Host("a.example.com:80").Routes.Select(r => r.Name));
        Assert.Equal(["shop.any.0"], _mesh.Host("a.example.org:80").Routes.Select(r => r.Name));
    }

    [Theory]
    [InlineData("""{"name": "kgw", "namespace": "istio-system", "port": 81}""")]
    [InlineData("""{"name": "kgw", "namespace": "istio-system", "sectionName": "x"}""")]
    [InlineData("""{"name": "kgw"}""")]
    [InlineData("""{"group": "", "kind": "Service", "name": "none"}""")]
    [InlineData("""{"group": "networking.istio.io", "kind": "ServiceEntry", "name": "none"}""")]
    [InlineData("""{"group": "example.com", "kind": "X", "name": "none"}""")]
    public void Parent_ThatDoesNotTakeTheRoute_IsReported(string parent)
    {
        _mesh.Route(Rule("/"), parents: $$""" "parentRefs": [{{parent}}]""");

        Assert.Equal(["CP0132 spec.parentRefs[0]"], _mesh.Findings("HTTPRoute", "shop", "route"));
        Assert.Equal("blackhole:80", Assert.Single(_mesh.Mesh.Route("http.8080").VirtualHosts).Name);
    }

    [Fact]
    public void Weights_OfZero_DropOutAndASingleOneIsAll()
    {
        _mesh.Mesh.Translated.Mesh.Put(Service("shop", "cart", "http:9100"));
        _mesh.Route("""
            {"matches": [{"path": {"value": "/two"}}], "backendRefs": [{"name": "web", "port": 80, "weight": 3}, {"name": "cart", "port": 9100}]},
            {"matches": [{"path": {"value": "/one"}}], "backendRefs": [{"name": "web", "port": 80, "weight": 3}, {"name": "cart", "port": 9100, "weight": 0}]},
            {"matches": [{"path": {"value": "/no"}}], "backendRefs": [{"name": "web", "port": 80, "weight": 0}]}
            """);

        var routes = _mesh.Host("*:80").Routes.ToDictionary(r => r.Match.PathSeparatedPrefix);
        Assert.Equal([3u, 1u], routes["/two"].Route_.WeightedClusters.Clusters.Select(c => c.Weight!.Value));
        Assert.Equal(GatewayMesh.Web, routes["/one"].Route_.Cluster);
        Assert.Equal(500u, routes["/no"].DirectResponse.Status);
        Assert.Equal(["CP0133 spec.rules[2].backendRefs"], _mesh.Findings("HTTPRoute", "shop", "route"));
    }

    [Theory]
    [InlineData("""{"name": "none", "port": 80}""", "outbound|80||none.shop.svc.cluster.local", "")]
    [InlineData("""{"name": "web", "port": 81}""", "outbound|81||web.shop.svc.cluster.local", ".port")]
    [InlineData("""{"name": "web", "namespace": "other", "port": 80}""", "UnknownService", "")]
    [InlineData("""{"group": "example.com", "kind": "Bucket", "name": "web"}""", "UnknownService", ".kind")]
    public void Backend_ThatLeadsNowhere_AnswersWith500(string backend, string cluster, string field)
    {
        _mesh.Route($$"""{"backendRefs": [{{backend}}]}""");

        var action = Assert.Single(_mesh.Host("*:80").Routes).Route_;
        Assert.Equal(cluster, action.Cluster);
        Assert.Equal(RouteAction.Types.ClusterNotFoundResponseCode.InternalServerError, action.ClusterNotFoundResponseCode);
        Assert.Equal(["CP0133 spec.rules[0].backendRefs[0]" + field], _mesh.Findings("HTTPRoute", "shop", "route"));
    }

    [Theory]
    [InlineData("""{"backendRefs": [{"name": "web"}]}""", "backendRefs[0].port")]
    [InlineData("""{"backendRefs": [{"name": "web.shop.svc.cluster.local", "port": 80}]}""", "backendRefs[0].name")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "filters": [{"type": "ExtensionRef"}]}""", "filters[0].type")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80, "filters": [{"type": "RequestMirror"}]}]}""", "backendRefs[0].filters[0].type")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "matches": [{"path": {"type": "Glob", "value": "/"}}]}""", "matches[0].path.type")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "a", "value": "b\u0001"}]}}]}""", "filters[0]")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "matches": [{"path": {"type": "RegularExpression", "value": "("}}]}""", "matches[0].path.value")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "matches": [{"headers": [{"type": "RegularExpression", "name": "a", "value": "["}]}]}""", "matches[0].headers[0].value")]
    [InlineData("""{"backendRefs": [{"name": "web", "port": 80}], "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"remove": ["a b"]}}]}""", "filters[0]")]
    public void Rule_ThatCantBeMeant_LeavesTheWholeRouteOut(string rule, string field)
    {
        _mesh.Route($"{rule}, {Rule("/sound")}");

        Assert.Equal("blackhole:80", Assert.Single(_mesh.Mesh.Route("http.8080").VirtualHosts).Name);
        Assert.Equal(["CP0133 spec.rules[0]." + field], _mesh.Findings("HTTPRoute", "shop", "route"));
    }

    [Theory]
    [InlineData("50%", "50%%")]
    [InlineData("%REQ(x)%", "%REQ(x)%")]
    public void HeaderValue_WithAPercentSignThatBeginsNoCommand_MeansItself(string value, string sent)
    {
        _mesh.Route(Rule("/", $$""", "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "A", "value": "{{value}}"}] } }]"""));

        Assert.Equal(sent, Assert.Single(Assert.Single(_mesh.Host("*:80").Routes).RequestHeadersToAdd).Header.Value);
    }

    [Fact]
    public void Backend_OfAnotherNamespace_NeedsAGrant_ButNotInTheMesh()
    {
        const string Far = """{"backendRefs": [{"name": "api", "namespace": "other", "port": 80}]}""";
        _mesh.Mesh.Translated.Mesh.Put(Service("other", "api"));
        _mesh.Route(Far).Route(Far, "mesh", parents: """ "parentRefs": [{"group": "", "kind": "Service", "name": "web"}]""");

        const string Api = "outbound|80||api.other.svc.cluster.local";
        Assert.Equal("UnknownService", _mesh.Host("*:80").Routes[0].Route_.Cluster);
        Assert.Equal(Api, _mesh.Client("shop").Routes[0].Route_.Cluster);

        _mesh.Put("ReferenceGrant", "other", "grant", """{"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}], "to": [{"group": "", "kind": "Service", "name": "api"}]}""");
        Assert.Equal(Api, _mesh.Host("*:80").Routes[0].Route_.Cluster);
    }

    [Theory]
    [InlineData("""{"type": "ReplacePrefixMatch", "replacePrefixMatch": "/b/"}""", "/b", "")]
    [InlineData("""{"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}""", "", @"^/a\.b(/?)(.*) /\2")]
    [InlineData("""{"type": "ReplaceFullPath", "replaceFullPath": "/c"}""", "", "/.* /c")]
    public void Rewrite_OfPaths(string path, string prefix, string regex)
    {
        _mesh.Route(Rule("/a.b", $$""", "filters": [{"type": "URLRewrite", "urlRewrite": {"path": {{path}} } }]"""));

        var action = Assert.Single(_mesh.Host("*:80").Routes).Route_;
        Assert.Equal(prefix, action.PrefixRewrite);
        Assert.Equal(regex, action.RegexRewrite is { } r ? $"{r.Pattern.Regex} {r.Substitution}" : "");
    }

    [Theory]
    [InlineData("""{"request": "2s", "backendRequest": "1s"}""", null, 1, null)]
    [InlineData("""{"request": "2s", "backendRequest": "1s"}""", """{"attempts": 1, "codes": [503]}""", 2, 1)]
    [InlineData("""{"request": "0s"}""", """{"attempts": 0}""", 0, null)]
    public void Timeouts_AndRetries(string timeouts, string? retry, int timeout, int? single)
    {
        _mesh.Route(Rule("/", $$""", "timeouts": {{timeouts}}{{(retry is null ? "" : $", \"retry\": {retry}")}}"""));

        var action = Assert.Single(_mesh.Host("*:80").Routes).Route_;
        Assert.Equal(timeout, action.Timeout.Seconds);
        Assert.Equal(single, (int?)action.RetryPolicy?.PerTryTimeout?.Seconds);
        if (retry is not null)
            Assert.Equal(single is null, action.RetryPolicy is null);
    }

    [Theory]
    [InlineData("""{"service": "s", "method": "m"}""", "/s/m", "", "")]
    [InlineData("""{"service": "s"}""", "", "/s", "")]
    [InlineData("""{"method": "m"}""", "", "", "/[^/]+/m")]
    [InlineData("""{"type": "RegularExpression", "service": "s.*", "method": "m"}""", "", "", "/s.*/m")]
    [InlineData("""{"type": "RegularExpression", "service": "s.*"}""", "", "", "/s.*/.+")]
    public void GrpcMethod_IsAPath(string method, string exact, string prefix, string regex)
    {
        _mesh.Put("GRPCRoute", "shop", "grpc", $$"""{ {{Parent}}, "rules": [{"matches": [{"method": {{method}}}], "backendRefs": [{{Web}}]}]}""");

        var match = Assert.Single(_mesh.Host("*:80").Routes).Match;
        Assert.Equal((exact, prefix, regex), (match.Path, match.PathSeparatedPrefix, match.SafeRegex?.Regex ?? ""));
    }

    [Fact]
    public void MeshRoute_OfTheConsumer_IsForItsOwnNamespaceAlone_AndGoesFirst()
    {
        const string Service = """ "parentRefs": [{"group": "", "kind": "Service", "name": "web", "namespace": "shop"}]""";
        _mesh.Route(Rule("/producer"), "producer", parents: Service, age: 1)
            .Route("""{"matches": [{"path": {"value": "/consumer"}}], "backendRefs": [{"name": "web", "namespace": "shop", "port": 80}]}""", "consumer", @namespace: "other", parents: Service);

        Assert.Equal(["shop.producer.0"], _mesh.Client("shop").Routes.Select(r => r.Name));
        Assert.Equal(["shop.producer.0"], _mesh.Client("third").Routes.Select(r => r.Name));
        Assert.Equal(["other.consumer.0"], _mesh.Client("other").Routes.Select(r => r.Name));
    }

    [Fact]
    public void MeshRoute_OfOnePort_LeavesTheOthers()
    {
        _mesh.Mesh.Translated.Mesh.Put(Service("shop", "web", "http:80 http-b:81"));
        _mesh.Route(Rule("/eighty"), parents: """ "parentRefs": [{"group": "", "kind": "Service", "name": "web", "port": 80}]""");

        Assert.Equal(["shop.route.0"], _mesh.Client("shop").Routes.Select(r => r.Name));
        Assert.Equal(["default"], _mesh.Client("shop", "81", "web.shop.svc.cluster.local:81").Routes.Select(r => r.Name));
    }

    [Fact]
    public void TcpAndTlsRoutes_LeadWhereTheySay()
    {
        _mesh.Gateway("""
            {"name": "tcp", "port": 80, "protocol": "TCP", "allowedRoutes": {"namespaces": {"from": "All"}}},
            {"name": "tls", "port": 443, "protocol": "TLS", "hostname": "*.example.com", "tls": {"mode": "Passthrough"}, "allowedRoutes": {"namespaces": {"from": "All"}}}
            """)
            .Put("TCPRoute", "shop", "tcp", $$"""{ {{Parent}}, "rules": [{"backendRefs": [{{Web}}]}]}""")
            .Put("TLSRoute", "shop", "tls", $$"""{ {{Parent}}, "hostnames": ["a.example.com", "a.example.org"], "rules": [{"backendRefs": [{{Web}}]}]}""");

        var plain = Assert.Single(_mesh.Mesh.Listener("0.0.0.0_8080")!.FilterChains);
        Assert.Equal(GatewayMesh.Web, plain.Filters[^1].TypedConfig.Unpack<TcpProxy>().Cluster);
        var passed = Assert.Single(_mesh.Mesh.Listener("0.0.0.0_8443")!.FilterChains);
        Assert.Equal(["a.example.com"], passed.FilterChainMatch.ServerNames);
        Assert.Equal(GatewayMesh.Web, passed.Filters[^1].TypedConfig.Unpack<TcpProxy>().Cluster);
    }

    [Fact]
    public void TlsRoute_OfAListenerThatEndsTls_TakesWhatComesOutOfIt()
    {
        _mesh.Certificate("istio-system", "cert")
            .Gateway("""{"name": "tls", "port": 443, "protocol": "TLS", "hostname": "*.example.com", "tls": {"certificateRefs": [{"name": "cert"}]}, "allowedRoutes": {"namespaces": {"from": "All"}}}""")
            .Put("TLSRoute", "shop", "tls", $$"""{ {{Parent}}, "hostnames": ["a.example.com"], "rules": [{"backendRefs": [{{Web}}]}]}""");

        var chain = Assert.Single(_mesh.Mesh.Listener("0.0.0.0_8443")!.FilterChains);
        Assert.Equal(["*.example.com"], chain.FilterChainMatch.ServerNames);
        Assert.NotNull(chain.TransportSocket);
        Assert.Equal(GatewayMesh.Web, chain.Filters[^1].TypedConfig.Unpack<TcpProxy>().Cluster);
    }

    [Fact]
    public void BackendTlsPolicy_TheOldestMakesClientsUseTls()
    {
        Policy("new", "new.internal", "System").Put("BackendTLSPolicy", "shop", "old", Spec("old.internal", "System"), age: 1);

        Assert.Equal("old.internal", Tls().Sni);
        Assert.Equal("file-root:system", Roots());
        Assert.Equal(["CP0134 spec.targetRefs[0]"], _mesh.Findings("BackendTLSPolicy", "shop", "new"));
    }

    [Theory]
    [InlineData("""{"connectionPool": {"tcp": {"maxConnections": 7}}}""", "policy.internal")]
    [InlineData("""{"connectionPool": {"tcp": {"maxConnections": 7}}, "tls": {"mode": "SIMPLE", "sni": "rule.internal"}}""", "rule.internal")]
    public void BackendTlsPolicy_GivesWayToARuleOfTheUser_FieldByField(string policy, string name)
    {
        Policy("p", "policy.internal", "System");
        _mesh.Mesh.Put("DestinationRule", "shop", "user", $$"""{"host": "web", "trafficPolicy": {{policy}} }""", age: 2);

        Assert.Equal(name, Tls().Sni);
        Assert.Equal(7u, _mesh.Mesh.Translated.Cluster(TranslatedMesh.Sidecar(), GatewayMesh.Web)!.CircuitBreakers.Thresholds[0].MaxConnections);
    }

    [Fact]
    public void BackendTlsPolicy_WithoutItsRoots_BlocksTheServiceForGateways()
    {
        Policy("p", "x", null);

        Assert.Equal("invalid://", Roots(_mesh.Mesh.Proxy));
        Assert.Equal(["CP0134 spec.validation.caCertificateRefs[0]"], _mesh.Findings("BackendTLSPolicy", "shop", "p"));
    }

    [Fact]
    public void Edit_OfOneRoute_TranslatesNoOther()
    {
        _mesh.Route(Rule("/a"), "a", "\"a.example.com\"").Route(Rule("/b"), "b", "\"b.example.com\"");
        _mesh.Mesh.Route("http.8080");
        var before = _mesh.Mesh.Translated.Runs("GatewayRoutes");

        _mesh.Route(Rule("/c"), "b", "\"b.example.com\"");
        _mesh.Mesh.Route("http.8080");

        Assert.Equal(before + 1, _mesh.Mesh.Translated.Runs("GatewayRoutes"));
    }

    private ApiMesh Policy(string name, string host, string? wellKnown) => _mesh.Put("BackendTLSPolicy", "shop", name, Spec(host, wellKnown));

    private static string Spec(string host, string? wellKnown)
    {
        var roots = wellKnown is null ? """ "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "none"}]""" : $$""" "wellKnownCACertificates": "{{wellKnown}}" """;
        return $$"""{"targetRefs": [{"group": "", "kind": "Service", "name": "web"}], "validation": {"hostname": "{{host}}", {{roots}} } }""";
    }

    private UpstreamTlsContext Tls(ProxyDescriptor? proxy = null)
    {
        Cluster cluster = _mesh.Mesh.Translated.Cluster(proxy ?? TranslatedMesh.Sidecar(), GatewayMesh.Web)!;
        return (cluster.TransportSocket ?? cluster.TransportSocketMatches[0].TransportSocket).TypedConfig.Unpack<UpstreamTlsContext>();
    }

    private string Roots(ProxyDescriptor? proxy = null) => Tls(proxy).CommonTlsContext.CombinedValidationContext.ValidationContextSdsSecretConfig.Name;
}
