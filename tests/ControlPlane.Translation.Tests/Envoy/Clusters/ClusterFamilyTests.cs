using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Cluster.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Extensions.Upstreams.Http.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Clusters;

public class ClusterFamilyTests
{
    private const string Web = "outbound|80||web.shop.svc.cluster.local";
    private const string OptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    [Fact]
    public void Set_DefaultSidecar_HasOutboundInboundAndFallbackClusters()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "app=web"), Service("shop", "dns", "dns:53 extra:54") with
        {
            Ports = [new ServicePort { Name = "dns", Port = 53, Protocol = "UDP" }],
        });

        Assert.Equal(
            ["BlackHoleCluster", "InboundPassthroughCluster", "PassthroughCluster", "inbound|80||", Web],
            mesh.Set(XdsType.Cluster, TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1")).Resources.Select(r => r.Name));
        Assert.Equal(["BlackHoleCluster", Web], mesh.Set(XdsType.Cluster, TranslatedMesh.Gateway()).Resources.Select(r => r.Name));
    }

    [Fact]
    public void Cluster_EdsService_RefersToItsAssignment()
    {
        var resource = Shop().Set(XdsType.Cluster, TranslatedMesh.Sidecar()).Find(Web)!;

        Assert.Equal([Web], resource.References);
    }

    [Theory]
    [InlineData("http:80", false, false, false)]
    [InlineData("tcp:80", false, false, false)]
    [InlineData("grpc:80", true, false, false)]
    [InlineData("grpc:80", true, true, false)]
    [InlineData("any:80", false, false, true)]
    [InlineData("any:80", false, true, false)]
    public void Cluster_PortProtocol_DecidesTheHttpVersion(string port, bool http2, bool gateway, bool downstream)
    {
        var mesh = Shop(port);
        var cluster = mesh.Cluster(gateway ? TranslatedMesh.Gateway() : TranslatedMesh.Sidecar(), Web)!;
        var options = cluster.TypedExtensionProtocolOptions.TryGetValue(OptionsKey, out var packed) ? packed.Unpack<HttpProtocolOptions>() : null;

        Assert.Equal(http2, options?.ExplicitHttpConfig?.Http2ProtocolOptions is not null);
        Assert.Equal(downstream, options?.UseDownstreamProtocolConfig is not null);
        Assert.Equal(
            http2 ? ["istio-peer-exchange", "istio", "h2"] : ["istio-peer-exchange", "istio"],
            Tls(cluster.TransportSocketMatches[0].TransportSocket).CommonTlsContext.AlpnProtocols);
    }

    [Fact]
    public void Cluster_MutualTls_ExpectsTheEndpointsAccountsAndIsBuiltAnewOnlyWhenTheseChange()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Slice("shop", "web", "http:8080", "10.1.0.1=a"), Pod("shop", "a", "10.1.0.1", account: "one"), Pod("shop", "b", "10.1.0.2", account: "two"));
        Assert.Equal(["spiffe://cluster.local/ns/shop/sa/one"], Names(mesh));
        var encoded = mesh.Runs("Cluster.Encode");

        mesh.Mesh.Put(Slice("shop", "web", "http:9090", "10.1.0.1=a"));
        Names(mesh);
        Assert.Equal(encoded, mesh.Runs("Cluster.Encode"));

        mesh.Mesh.Put(Slice("shop", "web", "http:9090", "10.1.0.1=a", "10.1.0.2=b"));
        Assert.Equal(["spiffe://cluster.local/ns/shop/sa/one", "spiffe://cluster.local/ns/shop/sa/two"], Names(mesh));
        Assert.Equal(encoded + 1, mesh.Runs("Cluster.Encode"));
    }

    [Theory]
    [InlineData("security.istio.io/tlsMode=istio", true)]
    [InlineData("app=x", false)]
    public void Cluster_HeadlessOnSidecar_ConnectsToOriginalDestinationWithOneSocket(string labels, bool secured)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "web", "tcp:80", "None"), Slice("shop", "web", "tcp:80", "10.1.0.1=a"), Pod("shop", "a", "10.1.0.1", labels));
        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(), Web)!;

        Assert.Equal(Cluster.Types.DiscoveryType.OriginalDst, cluster.Type);
        Assert.Equal(Cluster.Types.LbPolicy.ClusterProvided, cluster.LbPolicy);
        Assert.Empty(cluster.TransportSocketMatches);
        Assert.Equal(secured, cluster.TransportSocket is not null);
        Assert.Equal(Cluster.Types.DiscoveryType.Eds, mesh.Cluster(TranslatedMesh.Gateway(), Web)!.Type);
    }

    [Theory]
    [InlineData("""{"enableAutoMtls": false}""", "PERMISSIVE")]
    [InlineData("{}", "DISABLE")]
    public void Cluster_MutualTlsOffInMeshOrNamespace_IsPlaintext(string settings, string mode)
    {
        var mesh = Shop();
        mesh.Mesh.Settings(settings).Put(new ConfigObject
        {
            Meta = Meta("shop", "default"),
            ApiVersion = "security.istio.io/v1",
            Kind = "PeerAuthentication",
            SpecJson = $$$"""{"mtls": {"mode": "{{{mode}}}"}}""",
        });

        Assert.Empty(mesh.Cluster(TranslatedMesh.Sidecar(), Web)!.TransportSocketMatches);
    }

    [Fact]
    public void Cluster_NodeBringsCertificates_UsesTheseForAllEndpoints()
    {
        var proxy = TranslatedMesh.Sidecar(
            metadata: [("TLS_CLIENT_CERT_CHAIN", "\"/c.pem\""), ("TLS_CLIENT_KEY", "\"/k.pem\""), ("TLS_CLIENT_ROOT_CERT", "\"/r.pem\"")]);
        var cluster = Shop().Cluster(proxy, Web)!;

        Assert.Empty(cluster.TransportSocketMatches);
        var common = Tls(cluster.TransportSocket).CommonTlsContext;
        Assert.Equal("file-cert:/c.pem~/k.pem", common.TlsCertificateSdsSecretConfigs.Single().Name);
        Assert.Equal("file-root:/r.pem", common.CombinedValidationContext.ValidationContextSdsSecretConfig.Name);
    }

    [Fact]
    public void Cluster_MeshSettings_GiveTimeoutKeepaliveAndStatName()
    {
        var mesh = Shop();
        mesh.Mesh.Settings("""
            {"connectTimeout": "1500ms", "outboundClusterStatName": "%SERVICE%_%SERVICE_NAME%_%SERVICE_PORT%_%SERVICE_PORT_NAME%_%SERVICE_FQDN%",
             "tcpKeepalive": {"probes": 3, "time": "1m", "interval": "5s"}}
            """);
        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(), Web)!;

        Assert.Equal(TimeSpan.FromSeconds(1.5), cluster.ConnectTimeout.ToTimeSpan());
        Assert.Equal("web.shop_web_80_http_web.shop.svc.cluster.local;", cluster.AltStatName);
        Assert.Equal((3u, 60u, 5u), (cluster.UpstreamConnectionOptions.TcpKeepalive.KeepaliveProbes!.Value, cluster.UpstreamConnectionOptions.TcpKeepalive.KeepaliveTime!.Value, cluster.UpstreamConnectionOptions.TcpKeepalive.KeepaliveInterval!.Value));
    }

    [Fact]
    public void StatName_ByServerNameToo_ButNotOfClustersThatResolvePerRequest()
    {
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 443, "name": "x", "protocol": "TLS"}, "hosts": ["*.local"], "tls": {"mode": "AUTO_PASSTHROUGH"}}""");
        mesh.Translated.Mesh.Settings("""{"outboundClusterStatName": "%SERVICE%_%SERVICE_PORT%"}""").Put(Rules.ServiceEntryOf("shop", "wild", """
            {"hosts": ["*.example.org"], "resolution": "DYNAMIC_DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}
            """));

        Assert.Equal("web.shop_80;", mesh.Translated.Cluster(mesh.Proxy, "outbound_.80_._.web.shop.svc.cluster.local")!.AltStatName);
        Assert.Equal("outbound|80||*.example.org;", mesh.Translated.Cluster(mesh.Proxy, "outbound|80||*.example.org")!.AltStatName);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("""{"defaultTrafficPolicy": {"outlierDetection": {"consecutive5xxErrors": 3} } }""", true)]
    public void Cluster_ResolvedHosts_AreOrderedByDistanceUnderTheMeshsOutlierDetection(string settings, bool ordered)
    {
        var mesh = new TranslatedMesh();
        if (settings.Length > 0)
            mesh.Mesh.Settings(settings);
        mesh.Mesh.Put(Rules.ServiceEntryOf("shop", "dns", """
            {"hosts": ["dns.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}],
             "endpoints": [{"address": "a.example.org", "locality": "r1"}, {"address": "b.example.org", "locality": "r2"}]}
            """));

        var groups = mesh.Cluster(TranslatedMesh.Sidecar() with { Locality = new("r2", "", "") }, "outbound|80||dns.example.org")!.LoadAssignment.Endpoints;
        Assert.Equal(ordered ? [("r1", 1u), ("r2", 0u)] : [("r1", 0u), ("r2", 0u)], groups.Select(g => (g.Locality.Region, g.Priority)));
    }

    [Fact]
    public void Cluster_UnrelatedMeshSetting_EncodesNothing()
    {
        var mesh = Shop();
        mesh.Mesh.Settings("""{"accessLogFile": "/dev/stdout"}""");
        mesh.Cluster(TranslatedMesh.Sidecar(), Web);
        var (inputs, encoded) = (mesh.Runs("Cluster.Input"), mesh.Runs("Cluster.Encode"));

        mesh.Mesh.Settings("""{"accessLogFile": "/dev/stderr"}""");
        mesh.Cluster(TranslatedMesh.Sidecar(), Web);

        Assert.Equal((inputs, encoded), (mesh.Runs("Cluster.Input"), mesh.Runs("Cluster.Encode")));
    }

    [Fact]
    public void Inbound_SeveralServicesOnOneTarget_OldestNamesThePortAndMetadataListsEqualServicePorts()
    {
        var mesh = new TranslatedMesh();
        var selector = Map("app=web");
        mesh.Mesh.Put(
            Pod("shop", "web-1", "10.1.0.1", "app=web"),
            Service("shop", "b", "http:80:8080") with { Selector = selector },
            Service("shop", "c", "http:80:8080") with { Selector = selector },
            Service("shop", "a", "http:81:8080") with { Selector = selector },
            Service("shop", "old", "grpc:80:8080", ageInDays: 1) with { Selector = selector });
        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1"), "inbound|8080||")!;

        Assert.Equal(
            ["old", "b", "c"],
            cluster.Metadata.FilterMetadata["istio"].Fields["services"].ListValue.Values.Select(v => v.StructValue.Fields["name"].StringValue));
        Assert.Equal("127.0.0.6", cluster.UpstreamBindConfig.SourceAddress.Address);
        Assert.NotNull(cluster.TypedExtensionProtocolOptions[OptionsKey].Unpack<HttpProtocolOptions>().ExplicitHttpConfig.Http2ProtocolOptions);
    }

    [Fact]
    public void Inbound_PolicyLocalhost_GoesToTheLoopback()
    {
        var mesh = Shop();
        mesh.Mesh.Settings("""{"inboundTrafficPolicy": {"mode": "LOCALHOST"}}""").Put(Pod("shop", "web-1", "10.1.0.1", "app=web"));
        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1"), "inbound|80||")!;

        Assert.Equal(Cluster.Types.DiscoveryType.Static, cluster.Type);
        Assert.Equal("127.0.0.1", cluster.LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress.Address);
        Assert.Null(cluster.UpstreamBindConfig);
    }

    [Theory]
    [InlineData("10.1.0.1", "127.0.0.6", 0)]
    [InlineData("fd00::1", "::6", 0)]
    [InlineData("10.1.0.1,fd00::1", "127.0.0.6", 1)]
    public void InboundPassthrough_ProxyFamilies_BindTheirLoopback(string ips, string source, int extra)
    {
        var config = Shop().Cluster(TranslatedMesh.Sidecar(ip: ips), "InboundPassthroughCluster")!.UpstreamBindConfig;

        Assert.Equal((source, extra), (config.SourceAddress.Address, config.ExtraSourceAddresses.Count));
    }

    [Fact]
    public void Set_InterceptionNone_HasNoInboundClusters()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "app=web"));
        var names = mesh.Set(XdsType.Cluster, TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1", metadata: ("INTERCEPTION_MODE", "\"NONE\""))).Resources.Select(r => r.Name);

        Assert.DoesNotContain("inbound|80||", names);
        Assert.Contains("InboundPassthroughCluster", names);
    }

    [Fact]
    public void Set_SameClusterForTwoNamespaces_IsOneResource()
    {
        var mesh = Shop();

        Assert.Same(mesh.Set(XdsType.Cluster, TranslatedMesh.Sidecar()).Find(Web), mesh.Set(XdsType.Cluster, TranslatedMesh.Sidecar("other")).Find(Web));
    }

    private static TranslatedMesh Shop(string port = "http:80")
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "web", port));
        return mesh;
    }

    private static IEnumerable<string> Names(TranslatedMesh mesh)
    {
#pragma warning disable CS0612
        return Tls(mesh.Cluster(TranslatedMesh.Sidecar(), Web)!.TransportSocketMatches[0].TransportSocket)
            .CommonTlsContext.CombinedValidationContext.DefaultValidationContext.MatchSubjectAltNames.Select(n => n.Exact);
#pragma warning restore CS0612
    }

    private static UpstreamTlsContext Tls(global::Envoy.Config.Core.V3.TransportSocket socket) => socket.TypedConfig.Unpack<UpstreamTlsContext>();
}
