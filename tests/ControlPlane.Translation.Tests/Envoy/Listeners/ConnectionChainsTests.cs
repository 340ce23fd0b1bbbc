using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Envoy.Listeners;

/// <summary>What VirtualServices and DestinationRules do to the listeners of sidecars.</summary>
public sealed class ConnectionChainsTests
{
    private const string A = "a.shop.svc.cluster.local";

    private static readonly ProxyClass Client = new() { Namespace = "shop", PodKnown = true, Labels = Map("app=x") };

    [Fact]
    public void Tcp_RouteOfAVirtualService_ReplacesTheServicesOwn()
    {
        var chain = Assert.Single(Listener(Mesh("tcp:90", Tcp("""{"route":[{"destination":{"host":"b"}}]}"""))).FilterChains);
        Assert.Equal("outbound|90||b.shop.svc.cluster.local", Proxy(chain).Cluster);
        Assert.EndsWith("/virtual-service/v", chain.Metadata.FilterMetadata["istio"].Fields["config"].StringValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"port":90}""", true)]
    [InlineData("""{"port":91}""", false)]
    [InlineData("""{"sourceLabels":{"app":"y"}}""", false)]
    [InlineData("""{"gateways":["mesh"],"sourceLabels":{"app":"y"}}""", false)]
    [InlineData("""{"gateways":["mesh"],"sourceLabels":{"app":"x"},"sourceNamespace":"shop"}""", true)]
    [InlineData("""{"gateways":["other/gw"]}""", false)]
    [InlineData("""{"sourceNamespace":"other"}""", false)]
    public void Tcp_Match_AllConditionsMustHold(string match, bool fits)
    {
        var mesh = Mesh("tcp:90", Tcp($$$"""{"match":[{{{match}}}],"route":[{"destination":{"host":"b"}}]}"""));
        Assert.Equal(fits ? "outbound|90||b.shop.svc.cluster.local" : $"outbound|90||{A}", Proxy(Assert.Single(Listener(mesh).FilterChains)).Cluster);
    }

    [Fact]
    public void Tcp_SeveralVirtualServices_FormOneListThatTheFirstForAnyAddressEnds()
    {
        var mesh = Mesh(
            "tcp:90",
            VirtualServiceOf("shop", "old", """{"hosts":["a"],"tcp":[{"match":[{"destinationSubnets":["10.1.0.0/16"]}],"route":[{"destination":{"host":"b"}}]}]}""", 2),
            VirtualServiceOf("shop", "young", """{"hosts":["a"],"tcp":[{"route":[{"destination":{"host":"c"}}]},{"route":[{"destination":{"host":"d"}}]}]}"""));
        var listener = Listener(mesh);
        var ranged = Assert.Single(listener.FilterChains);
        Assert.Equal("10.1.0.0", Assert.Single(ranged.FilterChainMatch.PrefixRanges).AddressPrefix);
        Assert.Null(ranged.Metadata);
        Assert.Equal("outbound|90||b.shop.svc.cluster.local", Proxy(ranged).Cluster);
        Assert.Equal("outbound|90||c.shop.svc.cluster.local", Proxy(listener.DefaultFilterChain).Cluster);
    }

    [Fact]
    public void Tcp_NetworksOfTheServiceItself_LeaveNoDefault()
    {
        const string entry = """{"hosts":["n.example.org"],"addresses":["10.9.0.0/24"],"ports":[{"number":90,"name":"tcp","protocol":"TCP"}],"resolution":"NONE"}""";
        var mesh = new TestMesh().Put(
            ServiceEntryOf("shop", "n", entry),
            VirtualServiceOf("shop", "v", """{"hosts":["n.example.org"],"tcp":[{"match":[{"destinationSubnets":["10.9.0.0/24"]}],"route":[{"destination":{"host":"b"}}]}]}"""));
        var listener = Listener(mesh, "0.0.0.0_90");
        Assert.Equal("outbound|90||b.shop.svc.cluster.local", Proxy(Assert.Single(listener.FilterChains)).Cluster);
        Assert.Equal("PassthroughFilterChain", listener.DefaultFilterChain.Name);
    }

    [Fact]
    public void Tcp_SeveralDestinations_AreWeightedWithoutZerosUnderTheRulesName()
    {
        var mesh = Mesh("tcp:90", Tcp("""{"route":[{"destination":{"host":"b"},"weight":0},{"destination":{"host":"c","subset":"v1","port":{"number":7}},"weight":5}]}"""));
        var proxy = Proxy(Assert.Single(Listener(mesh).FilterChains));
        var cluster = Assert.Single(proxy.WeightedClusters.Clusters);
        Assert.Equal(("v.shop", "outbound|7|v1|c.shop.svc.cluster.local", 5u), (proxy.StatPrefix, cluster.Name, cluster.Weight));
    }

    [Fact]
    public void Tcp_DestinationWithoutPort_MeansTheOnlyOneOfTheService()
    {
        var mesh = Mesh("tcp:90", Tcp("""{"route":[{"destination":{"host":"b"}}]}"""), Service("shop", "b", "tcp:91", "10.96.0.2"));
        Assert.Equal("outbound|91||b.shop.svc.cluster.local", Proxy(Assert.Single(Listener(mesh).FilterChains)).Cluster);
    }

    [Fact]
    public void Tls_EachMatch_IsAChainAndTheServiceHasNone()
    {
        var mesh = Mesh("tls:90", VirtualServiceOf("shop", "v", $$$"""
            {"hosts":["{{{A}}}","*.example.org"],
             "tls":[{"match":[{"sniHosts":["x.example.org","y.example.org"]},{"sniHosts":["{{{A}}}"]}],"route":[{"destination":{"host":"b"}}]},
                    {"match":[{"sniHosts":["{{{A}}}"]}],"route":[{"destination":{"host":"c"}}]}],
             "tcp":[{"route":[{"destination":{"host":"d"}}]}]}
            """));
        var listener = Listener(mesh);
        Assert.Equal(["x.example.org,y.example.org", A], listener.FilterChains.Select(c => string.Join(',', c.FilterChainMatch.ServerNames)));
        Assert.All(listener.FilterChains, c => Assert.Equal("outbound|90||b.shop.svc.cluster.local", Proxy(c).Cluster));
        Assert.Equal("PassthroughFilterChain", listener.DefaultFilterChain.Name);
        Assert.Equal("envoy.filters.listener.tls_inspector", Assert.Single(listener.ListenerFilters).Name);
    }

    [Fact]
    public void Tls_NothingMatches_LeavesThePlainChain()
    {
        var mesh = Mesh("tls:90", VirtualServiceOf("shop", "v", $$$"""{"hosts":["{{{A}}}"],"tls":[{"match":[{"port":91,"sniHosts":["{{{A}}}"]}],"route":[{"destination":{"host":"b"}}]}]}"""));
        var chain = Assert.Single(Listener(mesh).FilterChains);
        Assert.Null(chain.FilterChainMatch);
        Assert.Equal($"outbound|90||{A}", Proxy(chain).Cluster);
    }

    [Fact]
    public void Http_Port_IgnoresRoutesOfConnections()
    {
        var listener = Listener(Mesh("http:80", Tcp("""{"route":[{"destination":{"host":"b"}}]}""")), "0.0.0.0_80");
        Assert.Equal("PassthroughCluster", Proxy(listener.DefaultFilterChain).Cluster);
    }

    [Fact]
    public void StatPattern_NamesDestinationAndPort()
    {
        var mesh = Mesh("tcp:90", Tcp("""{"route":[{"destination":{"host":"b"}}]}"""), Service("shop", "b", "tcp:91", "10.96.0.2"))
            .Settings("""{"outboundClusterStatName":"%SERVICE%_%SERVICE_PORT_NAME%_%SERVICE_PORT%"}""");
        Assert.Equal("b.shop_tcp_90", Proxy(Assert.Single(Listener(mesh).FilterChains)).StatPrefix);
    }

    [Fact]
    public void DestinationRule_TopLevel_TunesTheProxy()
    {
        var mesh = Mesh("tcp:90", DestinationRuleOf("shop", "d", """
            {"host":"a","trafficPolicy":{"connectionPool":{"tcp":{"idleTimeout":"5s","maxConnectionDuration":"6s"}},"loadBalancer":{"consistentHash":{"useSourceIp":true}},
             "tunnel":{"protocol":"POST","targetHost":"2001:db8::1","targetPort":99},
             "portLevelSettings":[{"port":{"number":90},"connectionPool":{"tcp":{"idleTimeout":"7s"}}}]}}
            """));
        var proxy = Proxy(Assert.Single(Listener(mesh).FilterChains));
        Assert.Equal((5L, 6L), (proxy.IdleTimeout.Seconds, proxy.MaxDownstreamConnectionDuration.Seconds));
        Assert.NotNull(Assert.Single(proxy.HashPolicy).SourceIp);
        Assert.Equal(("[2001:db8::1]:99", true), (proxy.TunnelingConfig.Hostname, proxy.TunnelingConfig.UsePost));
    }

    [Fact]
    public void DestinationRule_Subset_HasItsOwnTunnelAndMayHashOtherwise()
    {
        var mesh = Mesh(
            "tcp:90",
            Tcp("""{"route":[{"destination":{"host":"a","subset":"v1"}}]}"""),
            DestinationRuleOf("shop", "d", """
                {"host":"a","trafficPolicy":{"connectionPool":{"tcp":{"idleTimeout":"5s"}},"loadBalancer":{"consistentHash":{"useSourceIp":true}},"tunnel":{"targetHost":"t","targetPort":9}},
                 "subsets":[{"name":"v1","trafficPolicy":{"loadBalancer":{"simple":"RANDOM"}}}]}
                """));
        var proxy = Proxy(Assert.Single(Listener(mesh).FilterChains));
        Assert.Equal(5, proxy.IdleTimeout.Seconds);
        Assert.Empty(proxy.HashPolicy);
        Assert.Null(proxy.TunnelingConfig);
    }

    [Fact]
    public void Incremental_RoutesOfRequestsChange_PlanNothing()
    {
        var mesh = Mesh("tcp:90", VirtualServiceOf("shop", "v", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}}]}],"tcp":[{"route":[{"destination":{"host":"b"}}]}]}"""));
        Listener(mesh);
        var before = mesh.Graph.Counters[OutboundPlans.Of].Runs;
        mesh.Put(VirtualServiceOf("shop", "v", """{"hosts":["a"],"http":[{"timeout":"3s","route":[{"destination":{"host":"a"}}]}],"tcp":[{"route":[{"destination":{"host":"b"}}]}]}"""));
        Listener(mesh);
        Assert.Equal(before, mesh.Graph.Counters[OutboundPlans.Of].Runs);
    }

    [Fact]
    public void Incremental_RuleThatTunesNothing_PlansNothing()
    {
        var mesh = Mesh("tcp:90");
        Listener(mesh);
        var before = mesh.Graph.Counters[OutboundPlans.Of].Runs;
        mesh.Put(DestinationRuleOf("shop", "d", """{"host":"a","trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":5}}}}"""));
        Listener(mesh);
        Assert.Equal(before, mesh.Graph.Counters[OutboundPlans.Of].Runs);
    }

    private static TestMesh Mesh(string ports, params MeshObject[] more) => new TestMesh().Put([Service("shop", "a", ports), .. more]);

    private static ConfigObject Tcp(string route) => VirtualServiceOf("shop", "v", $$"""{"hosts":["a"],"tcp":[{{route}}]}""");

    private static Listener Listener(TestMesh mesh, string name = "10.96.0.1_90")
    {
        var items = mesh.Get(ListenerFamily.Instance.Members, new ClassScope(Client, NameSet.Empty));
        return items.Select(i => (Listener)mesh.Get(ListenerFamily.Instance.Input, i)!.Build().Message).Single(l => l.Name == name);
    }

    private static TcpProxy Proxy(FilterChain chain) => TcpProxy.Parser.ParseFrom(chain.Filters[^1].TypedConfig.Value);
}
