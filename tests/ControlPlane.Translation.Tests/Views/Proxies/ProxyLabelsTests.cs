using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Views.Proxies;

public class ProxyLabelsTests
{
    private const string Zone = "topology.kubernetes.io/zone";

    private static readonly ProxyDescriptor Client = TranslatedMesh.Sidecar() with { NodeName = "node-a", Network = "near" };

    [Theory]
    [InlineData("""{"hosts": ["web"], "http": [{"match": [{"sourceLabels": {"topology.kubernetes.io/zone": "z1"}}], "route": [{"destination": {"host": "web"}}]}]}""", "z1")]
    [InlineData("""{"hosts": ["web"], "http": [{"match": [{"sourceLabels" : { "topology.kubernetes.io/zone" : "z1"}}], "route": [{"destination": {"host": "web"}}]}]}""", "z1")]
    [InlineData("""{"hosts": ["web"], "http": [{"match": [{"sourceLabels": {"zone": "topology.kubernetes.io/zone"}}], "route": [{"destination": {"host": "web"}}]}]}""", null)]
    public void Labels_WhereThePodRuns_AreThereIfSomeRuleNamesThem(string rule, string? expected)
    {
        var mesh = Mesh();
        mesh.Mesh.Put(Rules.VirtualServiceOf("shop", "web", rule));

        Assert.Equal(expected, Labels(mesh, Client)[Zone]);
    }

    [Fact]
    public void Labels_EveryPlaceOfThePod_IsKnownOnceNamed()
    {
        var mesh = Mesh();
        mesh.Mesh.Put(Rules.SidecarOf("other", "some", """
            {"workloadSelector": {"labels": {"topology.kubernetes.io/region": "a", "topology.kubernetes.io/zone": "b", "topology.istio.io/subzone": "c",
              "topology.istio.io/cluster": "d", "kubernetes.io/hostname": "e", "topology.istio.io/network": "f"}}, "egress": [{"hosts": ["*/*"]}]}
            """));

        Assert.Equal(
            Map("app=client;topology.kubernetes.io/region=r1;topology.kubernetes.io/zone=z1;topology.istio.io/cluster=Kubernetes;kubernetes.io/hostname=node-a;topology.istio.io/network=near"),
            Labels(mesh, Client));
    }

    [Fact]
    public void Labels_RuleSelectsByZone_IsForTheProxiesThere()
    {
        var mesh = Mesh();
        mesh.Mesh.Put(
            Service("shop", "web"),
            Rules.DestinationRuleOf("shop", "web", """
                {"host": "web", "workloadSelector": {"matchLabels": {"topology.kubernetes.io/zone": "z1"}}, "trafficPolicy": {"connectionPool": {"tcp": {"maxConnections": 3}}}}
                """),
            Pod("shop", "elsewhere", "10.9.0.3", "app=client", "node-b"));

        Assert.Equal(3u, Limit(Client));
        Assert.NotEqual(3u, Limit(Client with { PodName = "elsewhere", NodeName = "node-b" }));

        uint? Limit(ProxyDescriptor proxy) => mesh.Cluster(proxy, "outbound|80||web.shop.svc.cluster.local")!.CircuitBreakers.Thresholds[0].MaxConnections;
    }

    [Fact]
    public void Labels_AddedByInjection_AreBelowThoseOfThePod() => Assert.Equal(
        Map("app=client;team=core"),
        Labels(Mesh(), Client with { Metadata = Map("""STATIC_LABELS={"app": "other", "team": "core", "odd": 1}""") }));

    private static LabelMap Labels(TranslatedMesh mesh, ProxyDescriptor proxy) => mesh.Mesh.Get(Translator.Classify, proxy).Labels;

    private static TranslatedMesh Mesh()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(
            new Node { Meta = Meta("", "node-a", "topology.kubernetes.io/region=r1;topology.kubernetes.io/zone=z1") },
            new Node { Meta = Meta("", "node-b", "topology.kubernetes.io/region=r1;topology.kubernetes.io/zone=z2") },
            Pod("shop", "client", "10.9.0.1", "app=client", "node-a"));
        return mesh;
    }
}
