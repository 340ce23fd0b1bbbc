using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Route.V3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Envoy.Routes;

/// <summary>What VirtualServices and DestinationRules do to the route configurations of sidecars.</summary>
public sealed class RuledRoutesTests
{
    private const string A = "a.shop.svc.cluster.local";

    private static readonly ProxyClass Client = new() { Namespace = "shop", PodKnown = true, Labels = Map("app=x") };

    [Fact]
    public void Service_WithVirtualService_KeepsItsDomainsAndHasItsRoutes()
    {
        var host = Host(Build(Mesh(Rule("v", "a", "r1"))), A + ":80");
        Assert.Contains("a.shop", host.Domains);
        Assert.Equal(["r1"], Names(host));
    }

    [Fact]
    public void Host_OfSeveralVirtualServices_TheOldestWins() =>
        Assert.Equal(["old"], Names(Host(Build(Mesh(Rule("x", "a", "young"), Rule("y", "a", "old", age: 2))), A + ":80")));

    [Fact]
    public void Host_OfAnOlderOneWithoutRouteHere_GoesToTheNext() => Assert.Equal(
        ["young"], Names(Host(Build(Mesh(Rule("x", "a", "young"), Rule("y", "a", "old", """ "match":[{"port":81}],""", age: 2))), A + ":80")));

    [Fact]
    public void Host_WhereNoMatchConcernsTheProxy_HasTheDefaultRoute()
    {
        var mesh = Mesh(Rule("v", "a", "r", """ "match":[{"sourceLabels":{"app":"y"}}],"""));
        Assert.Equal(["default"], Names(Host(Build(mesh), A + ":80")));
        Assert.Equal(["r"], Names(Host(Build(mesh, Client with { Labels = Map("app=y") }), A + ":80")));
    }

    [Fact]
    public void SourceLabels_ThatNoRuleLooksAt_DoNotSeparateClasses()
    {
        var mesh = Mesh(Rule("v", "a", "r", """ "match":[{"sourceLabels":{"app":"x"}}],"""));
        Assert.Same(Input(mesh, Client), Input(mesh, Client with { Labels = Map("app=x;version=v2") }));
    }

    [Fact]
    public void UnknownHost_IsServedOnPort80Alone()
    {
        var mesh = Mesh(Rule("v", "Unknown.example.org", "r"), Service("shop", "b", "http:81", "10.96.0.2"));
        Assert.Equal(["unknown.example.org"], Host(Build(mesh), "unknown.example.org:80").Domains);
        Assert.DoesNotContain(Build(mesh, name: "81").VirtualHosts, h => h.Name.StartsWith("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownHost_BesideAServiceOfThePort_IsServedThereToo()
    {
        var mesh = Mesh(VirtualServiceOf("shop", "v", """{"hosts":["a","b"],"http":[{"name":"r","route":[{"destination":{"host":"b"}}]}]}"""), Service("shop", "b", "http:81", "10.96.0.2"));
        Assert.Equal([A], Host(Build(mesh, name: "81"), A + ":81").Domains);
        Assert.Equal(["r"], Names(Host(Build(mesh), "b.shop.svc.cluster.local:80")));
    }

    [Fact]
    public void TcpServiceOfPort80_NamedByAVirtualService_HasNoVirtualHost()
    {
        var mesh = Mesh(Rule("v", "b", "r"), Service("shop", "b", "tcp:80", "10.96.0.2"));
        Assert.Equal([A + ":80", "allow_any"], Build(mesh).VirtualHosts.Select(h => h.Name));
    }

    [Fact]
    public void Wildcard_TakesAServiceOnlyIfItIsTheMostSpecific()
    {
        var mesh = Mesh(Rule("w", "*.shop.svc.cluster.local", "near", age: 1), Rule("x", "*.cluster.local", "far", age: 2), Rule("y", "b", "exact"), Service("shop", "b", "http:80", "10.96.0.2"));
        Assert.Equal(["near"], Names(Host(Build(mesh), A + ":80")));
        Assert.Equal(["exact"], Names(Host(Build(mesh), "b.shop.svc.cluster.local:80")));
        Assert.DoesNotContain(Build(mesh).VirtualHosts, h => h.Domains.Any(d => d.StartsWith("*.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Wildcard_ThatNoServiceFits_IsAHostOfItsOwn() =>
        Assert.Equal(["*.example.org"], Host(Build(Mesh(Rule("v", "*.example.org", "r"))), "*.example.org:80").Domains);

    [Fact]
    public void Domain_NamedByAVirtualService_IsTakenFromTheService()
    {
        var route = Build(Mesh(Rule("v", "10.96.0.1", "r")));
        Assert.Equal(["10.96.0.1"], Host(route, "10.96.0.1:80").Domains);
        Assert.DoesNotContain("10.96.0.1", Host(route, A + ":80").Domains);
    }

    [Fact]
    public void Alias_NamedByAVirtualService_HasAVirtualHostOfItsOwn()
    {
        var alias = new Service
        {
            Meta = Meta("shop", "alias"), Type = ServiceType.ExternalName, ExternalName = A,
            Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = 80 }],
        };
        var mesh = Mesh(VirtualServiceOf("shop", "v", """{"hosts":["alias"],"http":[{"name":"r","route":[{"destination":{"host":"alias"}}]}]}"""), alias);
        var host = Host(Build(mesh), "alias.shop.svc.cluster.local:80");
        Assert.Contains("alias", host.Domains);
        Assert.Equal($"outbound|80||{A}", host.Routes[0].Route_.Cluster);
        Assert.DoesNotContain("alias", Host(Build(mesh), A + ":80").Domains);
    }

    [Fact]
    public void Destination_WithoutPort_MeansThatOfTheRouteConfiguration()
    {
        var mesh = Mesh(VirtualServiceOf("shop", "v", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"b"}}]}]}"""), Service("shop", "b", "http:81", "10.96.0.2"));
        Assert.Equal("outbound|80||b.shop.svc.cluster.local", Host(Build(mesh), A + ":80").Routes[0].Route_.Cluster);
    }

    [Fact]
    public void DetectedPort_WithVirtualService_AnswersForEveryHostByItsRoutes()
    {
        var mesh = Mesh(Rule("v", "s", "r"), Service("shop", "s", "x:82", "10.96.0.2"));
        var host = Assert.Single(Build(mesh, name: "s.shop.svc.cluster.local:82").VirtualHosts);
        Assert.Equal(["*"], host.Domains);
        Assert.Equal(["r"], Names(host));
    }

    [Fact]
    public void ForwardProxy_ServesVirtualServicesOnTheirServicesPorts()
    {
        var mesh = Mesh(Rule("v", "b", "r"), Service("shop", "b", "http:81", "10.96.0.2")).Settings("""{"proxyHttpPort":15080}""");
        var host = Host(Build(mesh, name: "http_proxy"), "b.shop.svc.cluster.local:81");
        Assert.All(host.Domains, d => Assert.EndsWith(":81", d, StringComparison.Ordinal));
        Assert.Equal(["r"], Names(host));
    }

    [Fact]
    public void Sidecar_ImportsAVirtualServiceByOneHost_AndTheClustersItNames()
    {
        var mesh = Mesh(
            VirtualServiceOf("shop", "v", """{"hosts":["a"],"http":[{"name":"r","route":[{"destination":{"host":"b.other.svc.cluster.local","port":{"number":81}}}]}]}"""),
            Service("other", "b", "http:81 more:90", "10.96.0.2"), Service("other", "c", "http:81", "10.96.0.3"),
            SidecarOf("shop", "s", """{"egress":[{"hosts":["shop/*"]}]}"""));
        Assert.Equal(["r"], Names(Host(Build(mesh), A + ":80")));
        Assert.Equal(
            ["outbound|80||a.shop.svc.cluster.local", "outbound|81||b.other.svc.cluster.local"],
            Clusters(mesh).Where(n => n.StartsWith("outbound", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(mesh.Get(RouteFamily.Instance.Members, new ClassScope(Client, NameSet.Empty)), i => i.Name == "81");
    }

    [Fact]
    public void Destination_HiddenInTheOwnNamespace_HasACluster()
    {
        var mesh = Mesh(
            VirtualServiceOf("shop", "v", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"b"}}]}]}"""),
            Service("shop", "b", "http:81", "10.96.0.2", annotations: "networking.istio.io/exportTo=~"));
        Assert.Contains("outbound|81||b.shop.svc.cluster.local", Clusters(mesh));
    }

    [Fact]
    public void Hash_OfTheRule_IsThatOfTheDefaultRouteWhichStillAvoidsHosts()
    {
        var mesh = Mesh(DestinationRuleOf("shop", "d", """{"host":"a","trafficPolicy":{"loadBalancer":{"consistentHash":{"useSourceIp":true}}}}"""));
        var action = Host(Build(mesh), A + ":80").Routes[0].Route_;
        Assert.True(Assert.Single(action.HashPolicy).ConnectionProperties.SourceIp);
        Assert.Single(action.RetryPolicy.RetryHostPredicate);
    }

    [Theory]
    [InlineData("""{"host":"a"}""", "top")]
    [InlineData("""{"host":"a","port":{"number":80}}""", "port")]
    [InlineData("""{"host":"a","subset":"v1","port":{"number":80}}""", "subset")]
    [InlineData("""{"host":"a","subset":"v2"}""", "top")]
    public void Hash_OfADestination_SubsetThenPortThenTop_PortsOnlyIfNamed(string destination, string header)
    {
        var mesh = Mesh(
            VirtualServiceOf("shop", "v", $$"""{"hosts":["a"],"http":[{"route":[{"destination":{{destination}} }]}]}"""),
            DestinationRuleOf("shop", "d", """
                {"host":"a",
                 "trafficPolicy":{"loadBalancer":{"consistentHash":{"httpHeaderName":"top"}},"portLevelSettings":[{"port":{"number":80},"loadBalancer":{"consistentHash":{"httpHeaderName":"port"}}}]},
                 "subsets":[{"name":"v1","trafficPolicy":{"loadBalancer":{"consistentHash":{"httpHeaderName":"subset"}}}},{"name":"v2","trafficPolicy":{"loadBalancer":{"simple":"RANDOM"}}}]}
                """));
        Assert.Equal(header, Assert.Single(Host(Build(mesh), A + ":80").Routes[0].Route_.HashPolicy).Header.HeaderName);
    }

    [Fact]
    public void Hash_OfARuleWithSelector_IsForItsProxiesAlone()
    {
        var mesh = Mesh(DestinationRuleOf("shop", "d", """{"host":"a","workloadSelector":{"matchLabels":{"app":"y"}},"trafficPolicy":{"loadBalancer":{"consistentHash":{"useSourceIp":true}}}}"""));
        Assert.Empty(Host(Build(mesh), A + ":80").Routes[0].Route_.HashPolicy);
        Assert.Single(Host(Build(mesh, Client with { Labels = Map("app=y") }), A + ":80").Routes[0].Route_.HashPolicy);
    }

    [Fact]
    public void GrpcClient_GetsTheRoutesWithItsOwnTimeout()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "a", "grpc:80"), Rule("v", "a", "r"));
        var proxy = TranslatedMesh.Sidecar() with { Generator = "grpc" };
        var name = $"outbound|80||{A}";
        var route = RouteConfiguration.Parser.ParseFrom(mesh.Set(XdsType.Route, proxy, name).Find(name)!.Body.Span);
        var action = Assert.Single(Assert.Single(route.VirtualHosts).Routes).Route_;
        Assert.NotNull(action.MaxStreamDuration);
        Assert.Contains("a:80", route.VirtualHosts[0].Domains);
    }

    [Fact]
    public void Incremental_VirtualServiceOfOnePort_OtherPortsAreNotMadeAgain()
    {
        var mesh = Mesh(Rule("v", "b", "r"), Service("shop", "b", "http:81", "10.96.0.2"), Service("shop", "c", "http:82", "10.96.0.3"), Service("shop", "d", "x:83", "10.96.0.4"));
        foreach (var name in new[] { "80", "81", "82", "d.shop.svc.cluster.local:83" })
            Input(mesh, Client, name);
        var (inputs, before) = (mesh.Graph.Counters[RouteFamily.Instance.Input].Runs, Input(mesh, Client, "82"));
        mesh.Put(Rule("v", "b", "changed"));
        Assert.Equal(["changed"], Names(Host(Build(mesh, name: "81"), "b.shop.svc.cluster.local:81")));
        Assert.Same(before, Input(mesh, Client, "82"));
        Input(mesh, Client, "d.shop.svc.cluster.local:83");
        Input(mesh, Client, "80");
        Assert.Equal(inputs + 2, mesh.Graph.Counters[RouteFamily.Instance.Input].Runs);
    }

    [Fact]
    public void Incremental_EditThatASidecarHides_CostsNothing()
    {
        var mesh = Mesh(Rule("v", "a", "r"), SidecarOf("shop", "s", """{"egress":[{"hosts":["shop/*"]}]}"""));
        Input(mesh, Client);
        var before = mesh.Graph.Counters[RouteFamily.Instance.Input].Runs;
        mesh.Put(VirtualServiceOf("other", "v", """{"hosts":["z"],"http":[{"route":[{"destination":{"host":"z"}}]}]}"""));
        Input(mesh, Client);
        Assert.Equal(before, mesh.Graph.Counters[RouteFamily.Instance.Input].Runs);
    }

    private static TestMesh Mesh(params MeshObject[] more) => new TestMesh().Put([Service("shop", "a", "http:80"), .. more]);

    private static ConfigObject Rule(string name, string host, string route, string match = "", int age = 0) =>
        VirtualServiceOf("shop", name, $$$"""{"hosts":["{{{host}}}"],"http":[{{{{match}}} "name":"{{{route}}}","route":[{"destination":{"host":"a"}}]}]}""", age);

    private static IEnumerable<string> Clusters(TestMesh mesh)
    {
        var family = (ResourceFamily<ClusterItem, ClusterInput>)ClusterFamily.Instance;
        return mesh.Get(family.Members, new ClassScope(Client, NameSet.Empty)).Select(i => mesh.Get(family.Input, i)!.Name);
    }

    private static RouteConfiguration Build(TestMesh mesh, ProxyClass? proxy = null, string name = "80") => (RouteConfiguration)Input(mesh, proxy ?? Client, name).Build().Message;

    private static RouteConfigurationInput Input(TestMesh mesh, ProxyClass proxy, string name = "80")
    {
        var items = mesh.Get(RouteFamily.Instance.Members, new ClassScope(proxy, NameSet.Empty));
        return mesh.Get(RouteFamily.Instance.Input, items.Single(i => i.Name == name))!;
    }

    private static VirtualHost Host(RouteConfiguration route, string name) => Assert.Single(route.VirtualHosts, h => h.Name == name);

    private static IEnumerable<string> Names(VirtualHost host) => host.Routes.Select(r => r.Name);
}
