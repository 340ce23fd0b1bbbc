using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Cluster.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.DestinationRule;

public class DestinationRuleTests
{
    private const string Web = "outbound|80||web.shop.svc.cluster.local";
    private const string Host = "web.shop.svc.cluster.local";

    [Theory]
    [InlineData("shop", 1u)]
    [InlineData("client", 2u)]
    [InlineData("third", 1u)]
    public void Rule_ClientsNamespace_GoesBeforeTheServices(string client, uint expected) => Assert.Equal(
        expected, Limit(Mesh(Rule("shop", "own", Host, 1), Rule("client", "wide", "*.cluster.local", 2)), client));

    [Fact]
    public void Rule_PrivateOrForeign_IsNotSeenAndTheRootNamespaceIsLast()
    {
        var mesh = Mesh(Rule("shop", "own", "web", 1, """, "exportTo": ["."]"""), Rule("istio-system", "root", "*.local", 3));

        Assert.Equal(1u, Limit(mesh, "shop"));
        Assert.Equal(3u, Limit(mesh, "other"));
    }

    [Fact]
    public void Rule_SeveralHosts_TheMostSpecificWins() => Assert.Equal(
        3u, Limit(Mesh(Rule("shop", "a", "*", 1), Rule("shop", "b", "*.svc.cluster.local", 2), Rule("shop", "c", "*.shop.svc.cluster.local", 3)), "shop"));

    [Fact]
    public void Rule_TwoOnOneHost_OldestPolicyAndAllSubsetsCountUnderItsName()
    {
        var mesh = Mesh(
            Rule("shop", "young", "web", 2, """, "subsets": [{"name": "v1", "labels": {"x": "y"}}, {"name": "v2"}]"""),
            Rule("shop", "old", "web", 1, """, "subsets": [{"name": "v1"}]""", 3));

        Assert.Equal(1u, Limit(mesh, "shop"));
        Assert.Equal(
            "/apis/networking.istio.io/v1/namespaces/shop/destination-rule/old",
            mesh.Cluster(TranslatedMesh.Sidecar(), Web)!.Metadata.FilterMetadata["istio"].Fields["config"].StringValue);
        Assert.NotNull(mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80|v2|" + Host));
    }

    [Fact]
    public void Rule_WithSelector_IsForProxiesWithItsLabels()
    {
        var mesh = Mesh(Rule("client", "all", Host, 1), Rule("client", "some", Host, 2, """, "workloadSelector": {"matchLabels": {"app": "x"}}"""));

        Assert.Equal(2u, Limit(mesh, TranslatedMesh.Sidecar("client") with { Labels = Map("app=x") }));
        Assert.Equal(1u, Limit(mesh, TranslatedMesh.Sidecar("client") with { Labels = Map("app=y") }));
    }

    [Theory]
    [InlineData("", """{"loadBalancer": {"simple": "PASSTHROUGH"}, "portLevelSettings": [{"port": {"number": 80}, "tls": {"mode": "DISABLE"}}]}""", true)]
    [InlineData("", """{"portLevelSettings": [{"port": {"number": 80}, "loadBalancer": {"simple": "PASSTHROUGH"}}]}""", true)]
    [InlineData("""{"simple": "PASSTHROUGH"}""", """{"loadBalancer": {"consistentHash": {"useSourceIp": true}}}""", true)]
    [InlineData("", """{"loadBalancer": {"simple": "RANDOM"}}""", false)]
    public void Subset_IsPassedThrough_WhereItsRuleOrAnyOfItsLevelsSaysSo(string whole, string subset, bool expected)
    {
        var mesh = Mesh(Object("shop", "web", $$"""
            {"host": "web", "trafficPolicy": {"loadBalancer": {{(whole.Length > 0 ? whole : """{"simple": "RANDOM"}""")}} }, "subsets": [{"name": "v1", "labels": {"version": "v1"}, "trafficPolicy": {{subset}} }]}
            """));

        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80|v1|" + Host)!;
        Assert.Equal(expected, cluster.Type == Cluster.Types.DiscoveryType.OriginalDst);
        Assert.Equal(expected, cluster.LbPolicy == Cluster.Types.LbPolicy.ClusterProvided);
    }

    [Theory]
    [InlineData("v1", true)]
    [InlineData("v2", false)]
    public void Subset_OfAResolvedHost_PassedThroughForThePortOnly_IsThereWithEndpointsOnly(string version, bool expected)
    {
        var mesh = Mesh(
            Rules.ServiceEntryOf("shop", "dns", """
                {"hosts": ["dns.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}],
                 "endpoints": [{"address": "a.example.org", "labels": {"version": "v1"}}]}
                """),
            Object("shop", "dns", $$"""
                {"host": "dns.example.org", "subsets": [{"name": "part", "labels": {"version": "{{version}}"},
                  "trafficPolicy": {"portLevelSettings": [{"port": {"number": 80}, "loadBalancer": {"simple": "PASSTHROUGH"} }]} }]}
                """));

        Assert.Equal(expected, mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80|part|dns.example.org") is not null);
    }

    [Fact]
    public void Policy_PortLevel_ReplacesTheWholeAndSubsetsInheritPartByPart()
    {
        var mesh = Mesh(Object("shop", "web", """
            {"host": "web", "trafficPolicy": {
               "connectionPool": {"tcp": {"maxConnections": 1}}, "loadBalancer": {"simple": "RANDOM"},
               "portLevelSettings": [{"port": {"number": 81}, "connectionPool": {"tcp": {"maxConnections": 2}}}]},
             "subsets": [{"name": "v1", "labels": {"version": "v1"}, "trafficPolicy": {"loadBalancer": {"simple": "ROUND_ROBIN"}}}]}
            """));

        Cluster Of(string name) => mesh.Cluster(TranslatedMesh.Sidecar(), name)!;
        Assert.Equal((1u, Cluster.Types.LbPolicy.Random), Traits(Of(Web)));
        Assert.Equal((2u, Cluster.Types.LbPolicy.LeastRequest), Traits(Of("outbound|81||" + Host)));
        Assert.Equal((1u, Cluster.Types.LbPolicy.RoundRobin), Traits(Of("outbound|80|v1|" + Host)));
        Assert.Equal((2u, Cluster.Types.LbPolicy.RoundRobin), Traits(Of("outbound|81|v1|" + Host)));
    }

    [Fact]
    public void Subset_Labels_ChooseEndpointsAndTheServerNameNamesIt()
    {
        var mesh = Mesh(Object("shop", "web", """{"host": "web", "subsets": [{"name": "v1", "labels": {"version": "v1"}}, {"name": "near", "labels": {"kubernetes.io/hostname": "node-b"}}]}"""));
        mesh.Mesh.Put(
            Slice("shop", "web", "http:8080", "10.1.0.1=a", "10.1.0.2=b"), Pod("shop", "a", "10.1.0.1", "version=v1"), Pod("shop", "b", "10.1.0.2", "version=v2", "node-b"));

        Assert.Equal(["10.1.0.1"], Addresses(mesh, "outbound|80|v1|" + Host));
        Assert.Equal(["10.1.0.2"], Addresses(mesh, "outbound|80|near|" + Host));
        Assert.Equal(
            "outbound_.80_.v1_." + Host,
            mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80|v1|" + Host)!.TransportSocketMatches[0].TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().Sni);
    }

    [Theory]
    [InlineData(ProxyType.Sidecar, "", false)]
    [InlineData(ProxyType.Sidecar, "app=x", true)]
    [InlineData(ProxyType.Router, "", true)]
    public void Tls_CredentialName_IsForGatewaysAndSelectedSidecars(ProxyType type, string labels, bool secured)
    {
        var selector = labels.Length > 0 ? """, "workloadSelector": {"matchLabels": {"app": "x"}}""" : "";
        var mesh = Mesh(Object("shop", "web", $$$"""{"host": "web", "trafficPolicy": {"tls": {"mode": "SIMPLE", "credentialName": "ca"}}{{{selector}}}}"""));

        Assert.Equal(secured, mesh.Cluster(TranslatedMesh.Sidecar() with { Type = type, Labels = Map(labels) }, Web)!.TransportSocket is not null);
    }

    [Fact]
    public void Tls_Simple_ChecksTheNameOfTheRequestAndTellsTheProxyNotToOfferIstiosProtocols()
    {
        var cluster = Mesh(Object("shop", "web", """{"host": "web", "trafficPolicy": {"tls": {"mode": "SIMPLE"}}}""")).Cluster(TranslatedMesh.Sidecar(), Web)!;

        var options = cluster.TypedExtensionProtocolOptions.Values.Single().Unpack<global::Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions>();
        Assert.True(options.UpstreamHttpProtocolOptions.AutoSni && options.UpstreamHttpProtocolOptions.AutoSanValidation);
        Assert.Equal("false", cluster.Metadata.FilterMetadata["istio"].Fields["alpn_override"].StringValue);
        Assert.Equal("file-root:system", cluster.TransportSocket.TypedConfig.Unpack<UpstreamTlsContext>().CommonTlsContext.CombinedValidationContext.ValidationContextSdsSecretConfig.Name);
    }

    [Fact]
    public void Locality_OutlierDetection_OrdersEndpointsByDistance()
    {
        var mesh = Mesh(Object("shop", "web", """{"host": "web", "trafficPolicy": {"outlierDetection": {"consecutive5xxErrors": 3}}}"""));
        mesh.Mesh.Put(
            Slice("shop", "web", "http:8080", "10.1.0.1=a", "10.1.0.2=b", "10.1.0.3=c"),
            Pod("shop", "a", "10.1.0.1", "istio-locality=r1.z1"), Pod("shop", "b", "10.1.0.2", "istio-locality=r1.z2"), Pod("shop", "c", "10.1.0.3", "istio-locality=r2.z1"));

        var assignment = mesh.Endpoints(TranslatedMesh.Sidecar() with { Locality = new ProxyLocality("r1", "z2", "") }, Web)!;
        Assert.Equal([("z1", 1u), ("z2", 0u), ("z1", 2u)], assignment.Endpoints.Select(g => (g.Locality.Zone, g.Priority)));
    }

    [Fact]
    public void Passthrough_Rule_ConnectsToOriginalDestinations()
    {
        var mesh = Mesh(Object("shop", "web", """{"host": "web", "trafficPolicy": {"loadBalancer": {"simple": "PASSTHROUGH"}}}"""));

        Assert.Equal(Cluster.Types.DiscoveryType.OriginalDst, mesh.Cluster(TranslatedMesh.Sidecar(), Web)!.Type);
        Assert.Null(mesh.Endpoints(TranslatedMesh.Sidecar(), Web));
    }

    [Fact]
    public void Passthrough_RuleForAResolvedHost_KeepsItsDnsSettings()
    {
        var mesh = Mesh(
            Rules.ServiceEntryOf("shop", "dns", """{"hosts": ["dns.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}"""),
            Object("shop", "dns", """{"host": "dns.example.org", "trafficPolicy": {"loadBalancer": {"simple": "PASSTHROUGH"}}}"""));

        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80||dns.example.org")!;
        Assert.Equal((Cluster.Types.DiscoveryType.OriginalDst, true), (cluster.Type, cluster.RespectDnsTtl));
        Assert.Equal((Cluster.Types.DnsLookupFamily.V4Only, null), (cluster.DnsLookupFamily, cluster.LoadAssignment));
    }

    [Theory]
    [InlineData(ProxyType.Sidecar, "", true)]
    [InlineData(ProxyType.Router, "", false)]
    [InlineData(ProxyType.Router, "v1", true)]
    public void Passthrough_RuleForAHostThatIs_OverridesThePortWhereItIsBuiltSo(ProxyType type, string subset, bool expected)
    {
        var mesh = Mesh(
            Rules.ServiceEntryOf("shop", "any", """{"hosts": ["any.example.org"], "resolution": "NONE", "ports": [{"number": 80, "targetPort": 8080, "name": "http", "protocol": "HTTP"}]}"""),
            Object("shop", "any", """
                {"host": "any.example.org", "trafficPolicy": {"loadBalancer": {"simple": "PASSTHROUGH"}},
                 "subsets": [{"name": "v1", "trafficPolicy": {"loadBalancer": {"simple": "PASSTHROUGH"}}}]}
                """));

        var cluster = mesh.Cluster(TranslatedMesh.Sidecar() with { Type = type }, $"outbound|80|{subset}|any.example.org")!;
        Assert.Equal((Cluster.Types.DiscoveryType.OriginalDst, expected ? 8080u : null), (cluster.Type, cluster.OriginalDstLbConfig?.UpstreamPortOverride));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(9, false)]
    public void Object_MaglevTable_HasTheSizesThatIstioTakesForPrimes(int size, bool accepted) => Assert.Equal(
        accepted,
        Mesh(Object("shop", "web", $$$"""{"host": "web", "trafficPolicy": {"loadBalancer": {"consistentHash": {"httpHeaderName": "h", "maglev": {"tableSize": {{{size}}} } } } } }"""))
            .Mesh.Get(DestinationRules.Object, new ObjectKey("shop", "web")).Spec is not null);

    [Fact]
    public void Inbound_RuleOfTheFirstService_LimitsTheServerToo()
    {
        var mesh = Mesh(Rule("shop", "web", "web", 7));
        mesh.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "app=web"));

        Assert.Equal(7u, mesh.Cluster(TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1"), "inbound|80||")!.CircuitBreakers.Thresholds[0].MaxConnections);
    }

    [Theory]
    [InlineData("""{"host": "a b"}""", "spec.host")]
    [InlineData("""{"host": "web", "trafficPolicy": {}}""", "spec.trafficPolicy")]
    [InlineData("""{"host": "web", "subsets": [{"name": "a"}, {"name": "a"}]}""", "spec.subsets[1].name")]
    [InlineData("""{"host": "web", "trafficPolicy": {"tls": {"mode": "MUTUAL"}}}""", "spec.trafficPolicy.tls.clientCertificate")]
    [InlineData("""{"host": "web", "trafficPolicy": {"loadBalancer": {"consistentHash": {"httpHeaderName": "h", "maglev": {"tableSize": 4}}}}}""", "spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize")]
    [InlineData("""{"host": "web", "trafficPolicy": {"connectionPool": {"tcp": {"connectTimeout": "0s"}}}}""", "spec.trafficPolicy.connectionPool.tcp.connectTimeout")]
    [InlineData("""{"host": "web", "trafficPolicy": {"loadBalancer": {"localityLbSetting": {"distribute": [{"from": "a", "to": {"b": 50}}]}}}}""", "spec.trafficPolicy.loadBalancer.localityLbSetting.distribute[0].to")]
    [InlineData("""{"host": "web", "exportTo": ["other"], "workloadSelector": {"matchLabels": {"a": "b"}}}""", "spec.exportTo")]
    public void Object_SpecThatIstioRefuses_IsRefusedWithItsField(string spec, string field)
    {
        var parsed = Mesh(Object("shop", "web", spec)).Mesh.Get(DestinationRules.Object, new ObjectKey("shop", "web"));

        Assert.Null(parsed.Spec);
        Assert.Contains(parsed.Diagnostics, d => d.Severity == Severity.Error && d.Field == field);
    }

    [Fact]
    public void Set_EditOfOneRule_EncodesOnlyItsClusters()
    {
        var mesh = Mesh(Rule("shop", "web", "web", 1));
        for (var i = 0; i < 20; i++)
            mesh.Mesh.Put(Service("shop", $"s{i}"));
        ProxyDescriptor[] proxies = [TranslatedMesh.Sidecar(), TranslatedMesh.Sidecar("other"), TranslatedMesh.Gateway()];
        void Push() => Array.ForEach(proxies, p => Array.ForEach([XdsType.Cluster, XdsType.Endpoint], t => mesh.Set(t, p)));
        Push();
        var (clusters, endpoints) = (mesh.Runs("Cluster.Encode"), mesh.Runs("Endpoint.Encode"));

        mesh.Mesh.Put(Rule("shop", "web", "web", 2));
        Push();

        // Two ports, for sidecars and gateways alike.
        Assert.Equal((2, 0), (mesh.Runs("Cluster.Encode") - clusters, mesh.Runs("Endpoint.Encode") - endpoints));
    }

    private static TranslatedMesh Mesh(params ConfigObject[] rules)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "web", "http:80 tcp:81")).Put([.. rules]);
        return mesh;
    }

    private static ConfigObject Rule(string @namespace, string name, string host, int limit, string more = "", int ageInDays = 0) => Object(
        @namespace, name, $$$$"""{"host": "{{{{host}}}}", "trafficPolicy": {"connectionPool": {"tcp": {"maxConnections": {{{{limit}}}}}}}{{{{more}}}}}""", ageInDays);

    private static ConfigObject Object(string @namespace, string name, string spec, int ageInDays = 0) => new()
    {
        Meta = Meta(@namespace, name, ageInDays: ageInDays),
        ApiVersion = "networking.istio.io/v1",
        Kind = "DestinationRule",
        SpecJson = spec,
    };

    private static uint Limit(TranslatedMesh mesh, string client) => Limit(mesh, TranslatedMesh.Sidecar(client));

    private static uint Limit(TranslatedMesh mesh, ProxyDescriptor proxy) => mesh.Cluster(proxy, Web)!.CircuitBreakers.Thresholds[0].MaxConnections!.Value;

    private static (uint, Cluster.Types.LbPolicy) Traits(Cluster cluster) => (cluster.CircuitBreakers.Thresholds[0].MaxConnections!.Value, cluster.LbPolicy);

    private static IEnumerable<string> Addresses(TranslatedMesh mesh, string cluster) =>
        mesh.Endpoints(TranslatedMesh.Sidecar(), cluster)!.Endpoints.SelectMany(g => g.LbEndpoints).Select(e => e.Endpoint.Address.SocketAddress.Address);
}
