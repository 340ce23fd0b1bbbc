using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Extensions.Clusters.DynamicForwardProxy.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.ServiceEntry;

public class ServiceEntryTests
{
    [Fact]
    public void Services_HostsAndAddresses_AreOneServiceEach()
    {
        var mesh = Mesh(Entry("one", """
            {"hosts": ["a.example.org"], "addresses": ["192.0.2.1/32", "192.0.2.0/24", "2001:db8::1"], "resolution": "STATIC",
             "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}
            """));

        Assert.Equal(
            ["192.0.2.1", "192.0.2.0/24", "2001:db8::1"],
            mesh.Mesh.Get(ServiceDirectory.All, Unit.Value).Select(s => s.Addresses[0]));
    }

    [Theory]
    [InlineData("""{"hosts": [], "ports": []}""", "spec.hosts")]
    [InlineData("""{"hosts": ["*"]}""", "spec.hosts[0]")]
    [InlineData("""{"hosts": ["a.example.org"], "addresses": ["nowhere"]}""", "spec.addresses[0]")]
    [InlineData("""{"hosts": ["a.example.org"], "addresses": ["10.0.0.0/8"], "resolution": "DNS"}""", "spec.addresses")]
    [InlineData("""{"hosts": ["a.example.org"], "ports": [{"number": 0, "name": "x"}]}""", "spec.ports[0].number")]
    [InlineData("""{"hosts": ["a.example.org"], "ports": [{"number": 1, "name": "x", "protocol": "SMTP"}]}""", "spec.ports[0].protocol")]
    [InlineData("""{"hosts": ["a.example.org"], "ports": [{"number": 1, "name": "x"}, {"number": 1, "name": "y"}]}""", "spec.ports[1].number")]
    [InlineData("""{"hosts": ["a.example.org"], "resolution": "NONE", "endpoints": [{"address": "192.0.2.1"}]}""", "spec.endpoints")]
    [InlineData("""{"hosts": ["a.example.org"], "resolution": "STATIC", "endpoints": [{"address": "b.example.org"}]}""", "spec.endpoints[0].address")]
    [InlineData("""{"hosts": ["*.example.org"], "resolution": "DNS"}""", "spec.hosts")]
    [InlineData("""{"hosts": ["a.example.org"], "resolution": "DYNAMIC_DNS"}""", "spec.hosts")]
    [InlineData("""{"hosts": ["a.example.org"], "resolution": "STATIC", "endpoints": [{"address": "192.0.2.1"}], "workloadSelector": {"labels": {"a": "b"}}}""", "spec.workloadSelector")]
    [InlineData("""{"hosts": ["a.example.org"], "exportTo": ["*", "other"]}""", "spec.exportTo")]
    [InlineData("""{"hosts": ["a.example.org", "b.example.org"], "resolution": "STATIC", "ports": [{"number": 1, "name": "x", "protocol": "TCP"}]}""", "spec.ports")]
    public void Object_SpecThatIstioRefuses_IsRefusedWithItsField(string spec, string field)
    {
        var mesh = Mesh(Entry("one", spec));
        var parsed = mesh.Mesh.Get(ServiceEntries.Object, new ObjectKey("shop", "one"));

        Assert.Null(parsed.Spec);
        Assert.Contains(parsed.Diagnostics, d => d.Severity == Severity.Error && d.Field == field && d.Object == new ObjectKey("shop", "one"));
        Assert.Empty(mesh.Mesh.Get(ServiceDirectory.All, Unit.Value));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"hosts": 1}""")]
    public void Object_UnreadableSpec_IsRefusedAndHarmsNothingElse(string spec)
    {
        var mesh = Mesh(Entry("one", spec));
        mesh.Mesh.Put(Service("shop", "web"));

        Assert.Single(mesh.Mesh.Get(ServiceDirectory.All, Unit.Value));
        Assert.NotEmpty(mesh.Mesh.Get(ServiceEntries.Object, new ObjectKey("shop", "one")).Diagnostics);
    }

    [Fact]
    public void Endpoints_Ports_ComeFromTheEndpointThenTargetPortThenNumber()
    {
        var mesh = Mesh(Entry("one", """
            {"hosts": ["a.example.org"], "resolution": "STATIC", "location": "MESH_INTERNAL",
             "ports": [{"number": 80, "name": "http", "protocol": "HTTP", "targetPort": 8080}, {"number": 81, "name": "tcp", "protocol": "TCP"}],
             "endpoints": [{"address": "192.0.2.1", "ports": {"http": 9090}, "serviceAccount": "vm", "locality": "r/z", "weight": 5}, {"address": "192.0.2.2"}]}
            """));

        var http = Rows(mesh, "outbound|80||a.example.org");
        Assert.Equal([("192.0.2.2", 8080u, 1u, false), ("192.0.2.1", 9090u, 5u, true)], http);
        Assert.Equal([("192.0.2.2", 81u, 1u, false), ("192.0.2.1", 81u, 5u, true)], Rows(mesh, "outbound|81||a.example.org"));
    }

    [Fact]
    public void Endpoints_UnixSocket_IsAPipeAndHostNamesServeOnlyDns()
    {
        var mesh = Mesh(
            Entry("sock", """{"hosts": ["sock.example.org"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}], "endpoints": [{"address": "unix:///run/x.sock"}]}"""),
            Entry("dns", """{"hosts": ["dns.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP", "targetPort": 81}]}"""));

        Assert.Equal("/run/x.sock", mesh.Endpoints(TranslatedMesh.Sidecar(), "outbound|80||sock.example.org")!.Endpoints[0].LbEndpoints[0].Endpoint.Address.Pipe.Path);
        var cluster = mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80||dns.example.org")!;
        Assert.Equal(Cluster.Types.DiscoveryType.StrictDns, cluster.Type);
        var address = cluster.LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress;
        Assert.Equal(("dns.example.org", 81u), (address.Address, address.PortValue));
        Assert.Null(mesh.Endpoints(TranslatedMesh.Sidecar(), "outbound|80||dns.example.org"));
    }

    [Fact]
    public void Cluster_ExternalService_HasNoMutualTlsAndSaysThatItIsExternal()
    {
        var cluster = Mesh(Entry("one", """{"hosts": ["a.example.org"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}"""))
            .Cluster(TranslatedMesh.Sidecar(), "outbound|80||a.example.org")!;

        Assert.Empty(cluster.TransportSocketMatches);
        Assert.True(cluster.Metadata.FilterMetadata["istio"].Fields["external"].BoolValue);
    }

    [Fact]
    public void Cluster_DynamicDns_ForwardsByHostAndChecksNamesOnHttp2()
    {
        var mesh = Mesh(Entry("one", """
            {"hosts": ["*.example.org"], "resolution": "DYNAMIC_DNS",
             "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}, {"number": 81, "name": "h2", "protocol": "HTTP2"}]}
            """));

        var plain = mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80||*.example.org")!;
        Assert.Equal("*.example.org_dfp_dns_cache", plain.ClusterType.TypedConfig.Unpack<ClusterConfig>().DnsCacheConfig.Name);
        Assert.Empty(plain.TypedExtensionProtocolOptions);
        var options = mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|81||*.example.org")!.TypedExtensionProtocolOptions.Values.Single()
            .Unpack<global::Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions>();
        Assert.True(options.UpstreamHttpProtocolOptions.AutoSni && options.UpstreamHttpProtocolOptions.AutoSanValidation);
    }

    [Fact]
    public void Endpoints_WorkloadSelector_TakesReadyPodsAndHealthyEntriesOfTheNamespace()
    {
        var mesh = Mesh(
            Entry("one", """{"hosts": ["a.example.org"], "resolution": "STATIC", "workloadSelector": {"labels": {"app": "x"}}, "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}"""),
            WorkloadEntry("vm", """{"address": "192.0.2.1", "labels": {"app": "x"}}"""),
            WorkloadEntry("named", """{"address": "vm.example.org", "labels": {"app": "x"}}"""),
            WorkloadEntry("checked", """{"address": "192.0.2.2", "labels": {"app": "x"}}""", "proxy.istio.io/health-checks-enabled=true"));
        mesh.Mesh.Put(Pod("shop", "a", "10.1.0.1", "app=x"), Pod("shop", "b", "10.1.0.2", "app=x") with { Ready = false }, Pod("other", "c", "10.1.0.3", "app=x"));
        Assert.Equal(["10.1.0.1", "192.0.2.1"], Addresses(mesh, "outbound|80||a.example.org"));

        mesh.Mesh.Put(WorkloadEntry("checked", """{"address": "192.0.2.2", "labels": {"app": "x"}}""", "proxy.istio.io/health-checks-enabled=true") with
        {
            StatusJson = """{"conditions": [{"type": "Healthy", "status": "True"}]}""",
        });
        mesh.Mesh.Put(Pod("shop", "b", "10.1.0.2", "app=x"));

        Assert.Equal(["10.1.0.1", "10.1.0.2", "192.0.2.2", "192.0.2.1"], Addresses(mesh, "outbound|80||a.example.org"));
    }

    [Fact]
    public void Endpoints_KubernetesServiceWithSelector_TakesWorkloadEntriesToo()
    {
        var mesh = Mesh(
            WorkloadEntry("vm", """{"address": "192.0.2.1", "labels": {"app": "web"}, "ports": {"http": 9999}}"""),
            WorkloadEntry("group", """{"address": "192.0.2.2", "labels": {"app": "web"}}"""));
        mesh.Mesh.Put(Service("shop", "web", "http:80:8080"));

        Assert.Equal([("192.0.2.2", 8080u), ("192.0.2.1", 9999u)], Rows(mesh, "outbound|80||web.shop.svc.cluster.local").Select(r => (r.Address, r.Port)));
    }

    [Fact]
    public void Clusters_OneHostTwiceInANamespace_MergePortsWhereTheyAgree()
    {
        const string spec = """{"hosts": ["a.example.org"], "resolution": "STATIC", "ports": [{"number": PORT, "name": "http", "protocol": "HTTP"}], "endpoints": [{"address": "192.0.2.1"}]}""";
        var mesh = Mesh(
            Entry("one", spec.Replace("PORT", "80", StringComparison.Ordinal), ageInDays: 2),
            Entry("two", spec.Replace("PORT", "81", StringComparison.Ordinal), ageInDays: 1),
            Entry("three", """{"hosts": ["a.example.org"], "resolution": "DNS", "ports": [{"number": 82, "name": "http", "protocol": "HTTP"}]}"""));

        Assert.Equal(
            ["outbound|80||a.example.org", "outbound|81||a.example.org"],
            mesh.Set(Model.Delivery.XdsType.Cluster, TranslatedMesh.Gateway()).Resources.Select(r => r.Name).Where(n => n.StartsWith("outbound", StringComparison.Ordinal)));
    }

    [Fact]
    public void Clusters_OneHostTwiceWithExportToWrittenOnce_AreNotMerged()
    {
        var mesh = Mesh(
            Entry("one", """{"hosts": ["a.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}""", ageInDays: 1),
            Entry("two", """{"hosts": ["a.example.org"], "resolution": "DNS", "ports": [{"number": 81, "name": "http", "protocol": "HTTP"}], "exportTo": ["*"]}"""));

        Assert.NotNull(mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|80||a.example.org"));
        Assert.Null(mesh.Cluster(TranslatedMesh.Sidecar(), "outbound|81||a.example.org"));
    }

    [Theory]
    [InlineData("other", "192.0.2.9")]
    [InlineData("third", "10.1.0.1")]
    public void Clusters_HostInSeveralNamespaces_IsThatOfTheClientElseOfKubernetes(string client, string expected)
    {
        var mesh = Mesh(Entry("steal", """
            {"hosts": ["web.shop.svc.cluster.local"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}], "endpoints": [{"address": "192.0.2.9"}]}
            """, "other", 9));
        mesh.Mesh.Put(Service("shop", "web"), Slice("shop", "web", "http:8080", "10.1.0.1"));

        Assert.Equal([expected], mesh.Endpoints(TranslatedMesh.Sidecar(client), "outbound|80||web.shop.svc.cluster.local")!.Endpoints[0].LbEndpoints.Select(e => e.Endpoint.Address.SocketAddress.Address));
    }

    [Fact]
    public void Names_AutoAllocatedAddress_CountsOnlyForProxiesThatAnswerDns()
    {
        var mesh = Mesh(Entry("one", """{"hosts": ["a.example.org"], "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}""") with
        {
            StatusJson = """{"addresses": [{"host": "a.example.org", "value": "240.240.0.1"}, {"host": "a.example.org", "value": "2001:2::1"}]}""",
        });

        Assert.Empty(mesh.Names(TranslatedMesh.Sidecar()).Table);
        Assert.Equal(["240.240.0.1"], mesh.Names(TranslatedMesh.Sidecar(metadata: ("DNS_CAPTURE", "\"true\""))).Table["a.example.org"].Ips);
    }

    [Fact]
    public void Inbound_ProxyAtAListedAddress_GetsThePortsOfTheServiceEntry()
    {
        var mesh = Mesh(Entry("one", """
            {"hosts": ["a.example.org"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}],
             "endpoints": [{"address": "10.5.0.1", "ports": {"http": 9613}}]}
            """));

        Assert.NotNull(mesh.Cluster(TranslatedMesh.Sidecar(ip: "10.5.0.1", pod: "vm"), "inbound|9613||"));
        Assert.Null(mesh.Cluster(TranslatedMesh.Sidecar(ip: "10.5.0.2", pod: "vm"), "inbound|9613||"));
    }

    [Fact]
    public void Set_EditOfOneServiceEntry_ComputesNoOtherEndpoints()
    {
        var mesh = Mesh(Entry("one", """{"hosts": ["a.example.org"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}], "endpoints": [{"address": "192.0.2.1"}]}"""));
        for (var i = 0; i < 20; i++)
            mesh.Mesh.Put(Service("shop", $"s{i}"));
        mesh.Set(Model.Delivery.XdsType.Endpoint, TranslatedMesh.Sidecar());
        var runs = mesh.Runs("ServiceEndpoints");
        var encoded = mesh.Runs("Endpoint.Encode");

        mesh.Mesh.Put(Entry("one", """{"hosts": ["a.example.org"], "resolution": "STATIC", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}], "endpoints": [{"address": "192.0.2.2"}]}"""));
        mesh.Set(Model.Delivery.XdsType.Endpoint, TranslatedMesh.Sidecar());

        Assert.Equal((1, 1), (mesh.Runs("ServiceEndpoints") - runs, mesh.Runs("Endpoint.Encode") - encoded));
    }

    private static TranslatedMesh Mesh(params ConfigObject[] objects)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put([.. objects]);
        return mesh;
    }

    private static ConfigObject Entry(string name, string spec, string @namespace = "shop", int ageInDays = 0) => new()
    {
        Meta = Meta(@namespace, name, ageInDays: ageInDays),
        ApiVersion = "networking.istio.io/v1",
        Kind = "ServiceEntry",
        SpecJson = spec,
    };

    private static ConfigObject WorkloadEntry(string name, string spec, string annotations = "") => new()
    {
        Meta = Meta("shop", name, annotations: annotations),
        ApiVersion = "networking.istio.io/v1",
        Kind = "WorkloadEntry",
        SpecJson = spec,
    };

    private static List<(string Address, uint Port, uint Weight, bool Tls)> Rows(TranslatedMesh mesh, string cluster) =>
        [.. Hosts(mesh, cluster).Select(e => (
            e.Endpoint.Address.SocketAddress.Address,
            e.Endpoint.Address.SocketAddress.PortValue,
            e.LoadBalancingWeight!.Value,
            e.Metadata.FilterMetadata.ContainsKey("envoy.transport_socket_match")))];

    private static IEnumerable<string> Addresses(TranslatedMesh mesh, string cluster) => Hosts(mesh, cluster).Select(e => e.Endpoint.Address.SocketAddress.Address);

    private static IEnumerable<LbEndpoint> Hosts(TranslatedMesh mesh, string cluster) =>
        mesh.Endpoints(TranslatedMesh.Sidecar(), cluster)!.Endpoints.SelectMany(g => g.LbEndpoints);
}
