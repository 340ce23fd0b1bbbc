using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using static ControlPlane.Testing.Meshes.Objects;
using Node = ControlPlane.Model.Objects.Node;

namespace ControlPlane.Translation.Tests.Envoy.Endpoints;

public class EndpointFamilyTests
{
    private const string Web = "outbound|80||web.shop.svc.cluster.local";

    [Fact]
    public void Assignment_ReadyPods_AreGroupedByLocalityWithTlsModeAndWorkload()
    {
        var assignment = Shop().Endpoints(TranslatedMesh.Sidecar(), Web)!;

        Assert.Equal(["r1//", "r2//"], assignment.Endpoints.Select(g => $"{g.Locality.Region}/{g.Locality.Zone}/{g.Locality.SubZone}"));
        Assert.Equal([2u, 1u], assignment.Endpoints.Select(g => g.LoadBalancingWeight!.Value));
        var host = assignment.Endpoints[0].LbEndpoints[0];
        Assert.Equal(HealthStatus.Healthy, host.HealthStatus);
        Assert.Equal("istio", host.Metadata.FilterMetadata["envoy.transport_socket_match"].Fields["tlsMode"].StringValue);
        Assert.Equal("web-1;shop;web-1;;Kubernetes", host.Metadata.FilterMetadata["istio"].Fields["workload"].StringValue);
    }

    [Fact]
    public void Assignment_NoEndpoints_IsSentEmpty()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "web"));

        Assert.Equal(new ClusterLoadAssignment { ClusterName = Web }, mesh.Endpoints(TranslatedMesh.Sidecar(), Web));
    }

    [Fact]
    public void Set_SidecarAndGateway_ShareAssignmentsAndOnlyGatewaysHaveHeadlessOnes()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Service("shop", "db", "tcp:5432", "None"));

        var sidecar = mesh.Set(XdsType.Endpoint, TranslatedMesh.Sidecar());
        var gateway = mesh.Set(XdsType.Endpoint, TranslatedMesh.Gateway());

        Assert.Same(sidecar.Find(Web), gateway.Find(Web));
        Assert.Equal([Web], sidecar.Resources.Select(r => r.Name));
        Assert.Equal(["outbound|5432||db.shop.svc.cluster.local", Web], gateway.Resources.Select(r => r.Name));
    }

    [Fact]
    public void Set_OneEndpointChanges_BuildsAndEncodesOneAssignmentAndNothingElse()
    {
        var mesh = new TranslatedMesh();
        for (var s = 0; s < 50; s++)
        {
            var number = s;
            mesh.Mesh.Put(Service("shop", $"s{s}"), Slice("shop", $"s{s}", "http:8080", [.. Enumerable.Range(0, 10).Select(e => $"10.{number}.0.{e}=p{number}-{e}")]));
            mesh.Mesh.Put([.. Enumerable.Range(0, 10).Select(e => Pod("shop", $"p{number}-{e}", $"10.{number}.0.{e}"))]);
        }

        Model.Proxies.ProxyDescriptor[] proxies = [TranslatedMesh.Sidecar(), TranslatedMesh.Sidecar("other"), TranslatedMesh.Gateway()];
        void Push() => Array.ForEach(proxies, p => Array.ForEach([XdsType.Cluster, XdsType.Endpoint, XdsType.NameTable], t => mesh.Set(t, p)));
        Push();
        var (encoded, clusters, endpoints, inputs) = (mesh.Runs("Endpoint.Encode"), mesh.Runs("Cluster.Encode"), mesh.Runs("ServiceEndpoints"), mesh.Runs("Endpoint.Input"));
        Assert.Equal(50, encoded);

        mesh.Mesh.Put(Slice("shop", "s7", "http:8080", "10.7.0.0=p7-0"));
        Push();

        Assert.Equal(1, mesh.Runs("Endpoint.Encode") - encoded);
        Assert.Equal(1, mesh.Runs("Endpoint.Input") - inputs);
        Assert.Equal(1, mesh.Runs("ServiceEndpoints") - endpoints);
        Assert.Equal(0, mesh.Runs("Cluster.Encode") - clusters);
        Assert.Equal(3, mesh.Changes("Endpoint.Members"));
    }

    [Fact]
    public void Set_ObjectsInAnotherOrder_GivesTheSameBytes()
    {
        var objects = new MeshObject[]
        {
            Service("shop", "web"), Slice("shop", "web", "http:8080", "10.1.0.1=a", "10.1.0.2=b"), Pod("shop", "a", "10.1.0.1"), Pod("shop", "b", "10.1.0.2"),
            Slice("shop", "web", "http:8080", "10.1.0.3") with { Meta = Meta("shop", "web-s0") }, Service("shop", "cart", "grpc:9000"),
        };
        var forward = new TranslatedMesh();
        var backward = new TranslatedMesh();
        forward.Mesh.Put(objects);
        foreach (var value in objects.Reverse())
            backward.Mesh.Put(value);

        foreach (var type in new[] { XdsType.Cluster, XdsType.Endpoint, XdsType.NameTable })
        {
            Assert.Equal(
                forward.Set(type, TranslatedMesh.Sidecar()).Resources.Select(r => (r.Name, r.Version)),
                backward.Set(type, TranslatedMesh.Sidecar()).Resources.Select(r => (r.Name, r.Version)));
        }
    }

    [Fact]
    public void Assignment_NodeLocalService_HoldsOnlyEndpointsOfTheProxysNode()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Service("shop", "web") with { InternalTrafficLocal = true });

        Assert.Equal(["10.1.0.3"], Addresses(mesh.Endpoints(TranslatedMesh.Sidecar() with { NodeName = "node-b" }, Web)!));
        Assert.Equal(["10.1.0.1", "10.1.0.2"], Addresses(mesh.Endpoints(TranslatedMesh.Sidecar() with { NodeName = "node-a" }, Web)!));
        Assert.Empty(Addresses(mesh.Endpoints(TranslatedMesh.Sidecar() with { NodeName = "node-c" }, Web)!));
    }

    [Fact]
    public void Assignment_DrainingLabel_SendsThePodOnlyUnderPersistentSession()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "istio.io/draining=true", "node-a"));
        Assert.Equal(["10.1.0.2", "10.1.0.3"], Addresses(mesh.Endpoints(TranslatedMesh.Sidecar(), Web)!));

        mesh.Mesh.Put(Service("shop", "web", labels: "istio.io/persistent-session=cookie"));

        var hosts = mesh.Endpoints(TranslatedMesh.Sidecar(), Web)!.Endpoints[0].LbEndpoints;
        Assert.Equal([HealthStatus.Draining, HealthStatus.Healthy], hosts.Select(h => h.HealthStatus));
    }

    [Fact]
    public void Assignment_PreferSameNode_OrdersByDistanceWithoutGaps()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Service("shop", "web") with { TrafficDistribution = "PreferSameNode" });
        var proxy = TranslatedMesh.Sidecar() with { NodeName = "node-a", Locality = new("r1", "", "") };

        Assert.Equal([("r1", 0u), ("r2", 1u)], mesh.Endpoints(proxy, Web)!.Endpoints.Select(g => (g.Locality.Region, g.Priority)));
        Assert.NotNull(mesh.Cluster(proxy, Web)!.CommonLbConfig.LocalityWeightedLbConfig);
    }

    [Theory]
    [InlineData("topology.istio.io/network", 0, 3)]
    [InlineData("topology.istio.io/network=near", 0, 2)]
    public void Assignment_NetworkFirstInFailoverPriority_LeavesTheRestInForceOnlyAsItIs(string label, uint first, uint priorities)
    {
        var mesh = Shop();
        mesh.Mesh.Put(
            Pod("shop", "web-1", "10.1.0.1", "topology.istio.io/network=near;version=v1"),
            Pod("shop", "web-2", "10.1.0.2", "topology.istio.io/network=far;version=v1"),
            Pod("shop", "web-3", "10.1.0.3", "topology.istio.io/network=far;version=v2"),
            Rules.DestinationRuleOf("shop", "web", $$"""
                {"host": "web", "trafficPolicy": {"outlierDetection": {"consecutive5xxErrors": 3},
                 "loadBalancer": {"localityLbSetting": {"failoverPriority": ["{{label}}", "version"]} } } }
                """));
        var proxy = TranslatedMesh.Sidecar() with { Network = "near", Labels = Map("topology.istio.io/network=near;version=v1") };

        var found = mesh.Endpoints(proxy, Web)!.Endpoints.Select(g => g.Priority).Distinct().Order().ToList();
        Assert.Equal((first, priorities), (found[0], (uint)found.Count));
    }

    [Fact]
    public void Assignment_ForeignNetworkWithGateways_IsReachedThroughThemByWeight()
    {
        var mesh = Shop();
        Networks(mesh, """{"networks": {"far": {"gateways": [{"address": "203.0.113.1", "port": 15443}, {"address": "203.0.113.2", "port": 15444}]}}}""");
        mesh.Mesh.Put(Pod("shop", "web-2", "10.1.0.2", "security.istio.io/tlsMode=istio;topology.istio.io/network=far", "node-a"));

        var group = mesh.Endpoints(TranslatedMesh.Sidecar() with { Network = "near" }, Web)!.Endpoints[0];

        Assert.Equal(
            [("10.1.0.1", 2u), ("203.0.113.1", 1u), ("203.0.113.2", 1u)],
            group.LbEndpoints.Select(e => (e.Endpoint.Address.SocketAddress.Address, e.LoadBalancingWeight!.Value)));
        Assert.Equal(4u, group.LoadBalancingWeight);
        Assert.Equal(["10.1.0.1", "10.1.0.2"], Addresses(mesh.Endpoints(TranslatedMesh.Sidecar() with { Network = "far" }, Web)!).Take(2));
    }

    [Fact]
    public void Assignment_ForeignEndpointWithoutMutualTls_IsNotReachable()
    {
        var mesh = Shop();
        Networks(mesh, """{"networks": {"far": {"gateways": [{"address": "203.0.113.1", "port": 15443}]}}}""");
        mesh.Mesh.Put(Pod("shop", "web-2", "10.1.0.2", "topology.istio.io/network=far", "node-a"));

        Assert.Equal(["10.1.0.1", "10.1.0.3"], Addresses(mesh.Endpoints(TranslatedMesh.Sidecar() with { Network = "near" }, Web)!));
    }

    [Fact]
    public void Assignment_RequestedNetworkView_HidesOtherNetworks()
    {
        var mesh = Shop();
        mesh.Mesh.Put(Pod("shop", "web-2", "10.1.0.2", "topology.istio.io/network=far", "node-a"));

        Assert.Equal(
            ["10.1.0.1", "10.1.0.3"],
            Addresses(mesh.Endpoints(TranslatedMesh.Sidecar(metadata: ("REQUESTED_NETWORK_VIEW", "\"near\"")), Web)!));
    }

    [Fact]
    public void Assignment_PolicyDisablesMutualTlsOfAPort_LosesTheTlsMode()
    {
        var mesh = Shop();
        mesh.Mesh.Put(new ConfigObject
        {
            Meta = Meta("shop", "web"),
            ApiVersion = "security.istio.io/v1",
            Kind = "PeerAuthentication",
            SpecJson = """{"selector": {"matchLabels": {"security.istio.io/tlsMode": "istio"}}, "portLevelMtls": {"8080": {"mode": "DISABLE"}}}""",
        });

        Assert.All(
            mesh.Endpoints(TranslatedMesh.Sidecar(), Web)!.Endpoints.SelectMany(g => g.LbEndpoints),
            e => Assert.False(e.Metadata.FilterMetadata.ContainsKey("envoy.transport_socket_match")));
    }

    [Fact]
    public void Assignment_NullPortNumber_IsAUnixSocket()
    {
        var mesh = new TranslatedMesh();
        var slice = Slice("shop", "web", "http:1", "10.1.0.1");
        mesh.Mesh.Put(Service("shop", "web"), slice with { Ports = [new SlicePort("http", null)] });

        Assert.Equal("10.1.0.1", mesh.Endpoints(TranslatedMesh.Sidecar(), Web)!.Endpoints[0].LbEndpoints[0].Endpoint.Address.Pipe.Path);
    }

    private static TranslatedMesh Shop()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(
            new Node { Meta = Meta("", "node-a", "topology.kubernetes.io/region=r1") },
            new Node { Meta = Meta("", "node-b", "topology.kubernetes.io/region=r2") },
            Service("shop", "web"),
            Slice("shop", "web", "http:8080", "10.1.0.1=web-1", "10.1.0.2=web-2", "10.1.0.3=web-3"),
            Pod("shop", "web-1", "10.1.0.1", node: "node-a"),
            Pod("shop", "web-2", "10.1.0.2", node: "node-a"),
            Pod("shop", "web-3", "10.1.0.3", node: "node-b"));
        return mesh;
    }

    private static void Networks(TranslatedMesh mesh, string json) => mesh.Mesh.Apply(
    [
        ModelChange.Upsert.Of(Tables.MeshNetworks, new ConfigObject
        {
            Meta = new ObjectMeta { Namespace = Tables.MeshConfigKey.Namespace, Name = Tables.MeshConfigKey.Name },
            ApiVersion = "v1",
            Kind = "MeshNetworks",
            SpecJson = json,
        }),
    ]);

    private static IEnumerable<string> Addresses(ClusterLoadAssignment assignment) =>
        assignment.Endpoints.SelectMany(g => g.LbEndpoints).Select(e => e.Endpoint.Address.SocketAddress.Address);
}
