using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Networks;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Views.Networks;

public class NetworkGatewaysTests
{
    [Fact]
    public void Current_LabelledService_IsAGatewayAtItsExternalAddresses()
    {
        var mesh = new TestMesh().Put(
            Service("istio-system", "ew", "tls:15443", labels: "topology.istio.io/network=far") with { ExternalIps = ["203.0.113.1", "gw.example.com"] },
            Service("istio-system", "no-port", "tls:443", labels: "topology.istio.io/network=far") with { ExternalIps = ["203.0.113.2"] },
            Service("istio-system", "own-port", "tls:443", labels: "topology.istio.io/network=far;networking.istio.io/gatewayPort=443") with
            {
                Type = ServiceType.LoadBalancer,
                LoadBalancerAddresses = ["203.0.113.3"],
            });

        Assert.Equal(["203.0.113.1:15443", "203.0.113.3:443"], Gateways(mesh));
    }

    [Fact]
    public void Current_NodePortServiceWithNodeSelector_IsAGatewayAtTheNodes()
    {
        var service = Service("istio-system", "ew", labels: "topology.istio.io/network=far", annotations: """traffic.istio.io/nodeSelector={"edge": "yes"}""") with
        {
            Type = ServiceType.NodePort,
            Ports = [new ServicePort { Name = "tls", Port = 15443, NodePort = 30443 }],
        };
        var mesh = new TestMesh().Put(
            service,
            new Node { Meta = Meta("", "a", "edge=yes"), ExternalIps = ["203.0.113.1", "203.0.113.9"] },
            new Node { Meta = Meta("", "b", "edge=no"), ExternalIps = ["203.0.113.2"] });
        Assert.Equal(["203.0.113.1:30443"], Gateways(mesh));

        mesh.Put(new Node { Meta = Meta("", "b", "edge=yes"), ExternalIps = ["203.0.113.2"] });
        Assert.Equal(["203.0.113.1:30443", "203.0.113.2:30443"], Gateways(mesh));
    }

    [Fact]
    public void Current_RegistryServiceName_NeedsTheNetworkToBeOfThisRegistry()
    {
        var mesh = Networks("""
            {"networks": {
              "ours": {"endpoints": [{"fromRegistry": "Kubernetes"}], "gateways": [{"registryServiceName": "ew.istio-system.svc.cluster.local", "port": 443}]},
              "theirs": {"endpoints": [{"fromRegistry": "Elsewhere"}], "gateways": [{"registryServiceName": "ew.istio-system.svc.cluster.local", "port": 444}]}}}
            """).Put(Service("istio-system", "ew", "tls:443") with { ExternalIps = ["203.0.113.1"] });

        Assert.Equal(["203.0.113.1:443"], Gateways(mesh));
        Assert.Equal("ours", mesh.Get(NetworkMap.Current, Unit.Value).Of(null, "10.0.0.1"));
    }

    [Fact]
    public void WeightScale_SeveralNetworks_IsTheLeastCommonMultipleOfTheirGateways()
    {
        var mesh = Networks("""
            {"networks": {
              "a": {"gateways": [{"address": "203.0.113.1", "port": 1}, {"address": "203.0.113.2", "port": 1}]},
              "b": {"gateways": [{"address": "203.0.113.3", "port": 1}, {"address": "203.0.113.4", "port": 1}, {"address": "203.0.113.5", "port": 1}]}}}
            """);

        Assert.Equal(6u, mesh.Get(NetworkGateways.Current, Unit.Value).WeightScale);
    }

    [Fact]
    public void Of_LabelRootLabelAndRanges_AreAskedInThisOrder()
    {
        var mesh = Networks("""{"networks": {"wide": {"endpoints": [{"fromCidr": "10.0.0.0/8"}]}, "narrow": {"endpoints": [{"fromCidr": "10.1.2.3/16"}]}, "six": {"endpoints": [{"fromCidr": "fd00::/8"}]}}}""");
        var map = mesh.Get(NetworkMap.Current, Unit.Value);
        Assert.Equal(["label", "wide", "six", "", ""], [map.Of("label", "10.1.0.1"), map.Of("", "10.1.0.1"), map.Of(null, "fd00::1"), map.Of(null, "192.0.2.1"), map.Of(null, "name")]);

        mesh.Put(Namespace("istio-system", "topology.istio.io/network=root"));

        Assert.Equal("root", mesh.Get(NetworkMap.Current, Unit.Value).Of(null, "10.1.0.1"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"networks": 1}""")]
    [InlineData("""{"networks": {"a": {"endpoints": [{"fromCidr": "10.0.0.0/99"}]}}}""")]
    public void Current_UnreadableNetworks_LeaveNoneInForce(string json)
    {
        var mesh = Networks(json).Put(Service("shop", "web"));

        Assert.False(mesh.Get(NetworkGateways.Current, Unit.Value).Any);
        Assert.Equal("", mesh.Get(NetworkMap.Current, Unit.Value).Of(null, "10.0.0.1"));
    }

    private static TestMesh Networks(string json) => new TestMesh().Apply(
    [
        ModelChange.Upsert.Of(Tables.MeshNetworks, new ConfigObject
        {
            Meta = new ObjectMeta { Namespace = Tables.MeshConfigKey.Namespace, Name = Tables.MeshConfigKey.Name },
            ApiVersion = "v1",
            Kind = "MeshNetworks",
            SpecJson = json,
        }),
    ]);

    private static IEnumerable<string> Gateways(TestMesh mesh) => mesh.Get(NetworkGateways.Current, Unit.Value).All.Select(g => $"{g.Address}:{g.Port}");
}
