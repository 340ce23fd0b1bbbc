using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Cluster.V3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Envoy.Clusters;

/// <summary>What a Sidecar does to the clusters of a workload's own ports.</summary>
public sealed class IngressClustersTests
{
    private static readonly ProxyClass Web = new() { Namespace = "shop", PodKnown = true, Labels = Map("app=web"), Addresses = ["10.1.0.1", "2001:db8::1"], Ipv6 = true };

    private static ResourceFamily<ClusterItem, ClusterInput> Family => (ResourceFamily<ClusterItem, ClusterInput>)ClusterFamily.Instance;

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("127.0.0.1:80", "127.0.0.1", 80)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("0.0.0.0:80", "10.1.0.1", 80)]
    [InlineData("[::]:80", "2001:db8::1", 80)]
    [InlineData("unix:///run/s", "/run/s", 0)]
    [InlineData("10.9.9.9:80", "", 80)]
    public void Endpoint_Forms_LeadWhereTheProxyCanReach(string text, string address, int port) =>
        Assert.Equal(new IngressEndpoint(address, port), IngressEndpoint.Parse(text, Web.Addresses, AddressFamily.Of(Web)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1:80")]
    [InlineData("127.0.0.1:http")]
    public void Endpoint_Unreadable_IsNone(string text) => Assert.Null(IngressEndpoint.Parse(text, Web.Addresses, AddressFamily.Of(Web)));

    [Fact]
    public void Endpoint_LoopbackOfTheOtherVersion_IsThatWhichTheProxyHas() =>
        Assert.Equal("127.0.0.1", IngressEndpoint.Parse("[::1]:80", ["10.1.0.1"], new AddressFamily(true, false))?.Address);

    [Fact]
    public void Ingress_ReplacesThePortsOfServices_StaticWithoutMarkOnTheLoopback()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web", "http:80:8080"),
            SidecarOf("shop", "in", """{"ingress":[{"port":{"number":9080,"protocol":"HTTP","name":"h"},"defaultEndpoint":"127.0.0.1:8080"},{"port":{"number":9081,"protocol":"TCP","name":"t"}}]}"""));
        var clusters = Inbound(mesh);
        Assert.Equal(["inbound|9080||", "inbound|9081||"], clusters.Select(c => c.Name));
        Assert.Equal(Cluster.Types.DiscoveryType.Static, clusters[0].Type);
        Assert.Equal(8080u, clusters[0].LoadAssignment.Endpoints[0].LbEndpoints[0].Endpoint.Address.SocketAddress.PortValue);
        Assert.Null(clusters[0].UpstreamBindConfig);
        Assert.Equal((Cluster.Types.DiscoveryType.OriginalDst, "127.0.0.6"), (clusters[1].Type, clusters[1].UpstreamBindConfig.SourceAddress.Address));
        Assert.Null(clusters[1].Metadata);
    }

    [Fact]
    public void Pool_PortThenSidecarThenRule_EachAsAWhole()
    {
        const string rule = """{"host":"web","trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":1},"http":{"http1MaxPendingRequests":1}}}}""";
        const string ports = """ "ingress":[{"port":{"number":8080,"protocol":"HTTP","name":"h"}POOL}]""";
        var mesh = new TestMesh().Put(Service("shop", "web", "http:80:8080"), DestinationRuleOf("shop", "d", rule));
        Assert.Equal((1u, 1u), Limits(mesh));
        mesh.Put(SidecarOf("shop", "s", """{"inboundConnectionPool":{"tcp":{"maxConnections":2}}}"""));
        Assert.Equal((2u, uint.MaxValue), Limits(mesh));
        mesh.Put(SidecarOf("shop", "s", $$$"""{"inboundConnectionPool":{"tcp":{"maxConnections":2}},{{{ports.Replace("POOL", "", StringComparison.Ordinal)}}}}"""));
        Assert.Equal((2u, uint.MaxValue), Limits(mesh));
        mesh.Put(SidecarOf("shop", "s", $$$"""{"inboundConnectionPool":{"tcp":{"maxConnections":2}},{{{ports.Replace("POOL", ""","connectionPool":{"tcp":{"maxConnections":3}}""", StringComparison.Ordinal)}}}}"""));
        Assert.Equal((3u, uint.MaxValue), Limits(mesh));
    }

    [Fact]
    public void Interception_None_HasThePortsOfAnIngressAlone()
    {
        var proxy = Web with { Metadata = Map("INTERCEPTION_MODE=\"NONE\"") };
        var mesh = new TestMesh().Put(Service("shop", "web", "http:80:8080"));
        Assert.Empty(Inbound(mesh, proxy));
        mesh.Put(SidecarOf("shop", "in", """{"ingress":[{"port":{"number":9080,"protocol":"HTTP","name":"h"},"defaultEndpoint":"127.0.0.1:8080"}]}"""));
        Assert.Single(Inbound(mesh, proxy));
    }

    private static (uint? Connections, uint? Pending) Limits(TestMesh mesh)
    {
        var limits = Assert.Single(Inbound(mesh)).CircuitBreakers.Thresholds[0];
        return (limits.MaxConnections, limits.MaxPendingRequests);
    }

    private static List<Cluster> Inbound(TestMesh mesh, ProxyClass? proxy = null) =>
        [.. mesh.Get(Family.Members, new ClassScope(proxy ?? Web, NameSet.Empty))
            .Select(i => ClusterBuilder.Build(mesh.Get(Family.Input, i)!)?.Message).OfType<Cluster>().Where(c => c.Name.StartsWith("inbound|", StringComparison.Ordinal))];
}
