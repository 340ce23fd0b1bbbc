using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Listener.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.Sidecar;

public sealed class SidecarsTests
{
    private const string All = """{"egress":[{"hosts":["*/*"]}]}""";

    private static readonly ProxyClass Web = new() { Namespace = "shop", PodKnown = true, Labels = Map("app=web"), Addresses = ["10.1.0.1"] };

    [Theory]
    [InlineData("shop", "app=web", "selected")]
    [InlineData("shop", "app=db", "wide")]
    [InlineData("other", "app=web", "root")]
    public void OfWorkload_SelectorThenNamespaceThenRoot(string @namespace, string labels, string expected)
    {
        var mesh = new TestMesh().Put(
            Sidecar("shop", "selected", """{"workloadSelector":{"labels":{"app":"web"}},"egress":[{"hosts":["*/*"]}]}"""),
            Sidecar("shop", "wide", All, ageInDays: 3),
            Sidecar("istio-system", "root", All),
            Sidecar("istio-system", "for-some", """{"workloadSelector":{"labels":{"app":"web"}},"egress":[{"hosts":["*/*"]}]}""", ageInDays: 9));
        Assert.Equal(expected, mesh.Get(Sidecars.OfWorkload, new WorkloadKey(@namespace, Map(labels)))?.Name);
    }

    [Theory]
    [InlineData("./*", "a.shop b.shop")]
    [InlineData("*/a.shop.svc.cluster.local", "a.shop")]
    [InlineData("other/*", "a.other")]
    [InlineData("*/*.other.svc.cluster.local", "a.other")]
    [InlineData("~/*", "")]
    [InlineData("*/* ~shop/b.shop.svc.cluster.local", "a.other a.shop")]
    public void Services_HostForms_Import(string hosts, string expected)
    {
        var list = string.Join(',', hosts.Split(' ').Select(h => $"\"{h}\""));
        var mesh = new TestMesh().Put(
            Service("shop", "a", "http:80"), Service("shop", "b", "http:80"), Service("other", "a", "http:80"),
            Sidecar("shop", "default", $$"""{"egress":[{"hosts":[{{list}}]}]}"""));
        var scope = mesh.Get(OutboundScopes.OfClass, Web);
        var services = mesh.Get(OutboundScopes.Services, (scope, 0)).Select(s => $"{s.Name}.{s.Namespace}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', services));
    }

    [Theory]
    [InlineData("shop/x.example.org", 1)]
    [InlineData("shop/*.example.org", 2)]
    [InlineData("*/x.example.org", 2)]
    public void Services_EveryImportNamedInFull_IsTheOldestOfItsHostAlone(string hosts, int expected)
    {
        const string spec = """{"hosts":["x.example.org"],"resolution":"STATIC","ports":[{"number":PORT,"name":"http","protocol":"HTTP"}]}""";
        var mesh = new TestMesh().Put(
            Rules.ServiceEntryOf("shop", "younger", spec.Replace("PORT", "81", StringComparison.Ordinal)),
            Rules.ServiceEntryOf("shop", "older", spec.Replace("PORT", "80", StringComparison.Ordinal), ageInDays: 1),
            Sidecar("shop", "default", $$"""{"egress":[{"hosts":["{{hosts}}"]}]}"""));

        var services = mesh.Get(OutboundScopes.Services, (mesh.Get(OutboundScopes.OfClass, Web), 0));
        Assert.Equal((expected, 80), (services.Count, services[0].Ports[0].Number));
    }

    [Fact]
    public void Services_OldestOfANamedHostNotVisible_AreNone()
    {
        const string spec = """{"hosts":["x.example.org"],"resolution":"STATIC","exportTo":["SCOPE"],"ports":[{"number":80,"name":"http","protocol":"HTTP"}]}""";
        var mesh = new TestMesh().Put(
            Rules.ServiceEntryOf("other", "younger", spec.Replace("SCOPE", "*", StringComparison.Ordinal)),
            Rules.ServiceEntryOf("other", "older", spec.Replace("SCOPE", ".", StringComparison.Ordinal), ageInDays: 1),
            Sidecar("shop", "default", """{"egress":[{"hosts":["other/x.example.org"]}]}"""));

        Assert.Empty(mesh.Get(OutboundScopes.Services, (mesh.Get(OutboundScopes.OfClass, Web), 0)));
    }

    [Fact]
    public void Egress_ListenerWithPort_LocksItAndServesItsServicesOnly()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "a", "http:80"), Service("other", "b", "http:80"), Service("other", "c", "http:81"),
            Sidecar("shop", "default", """{"egress":[{"port":{"number":80,"protocol":"HTTP"},"hosts":["./*"]},{"hosts":["*/*"]}]}"""));
        var hosts = Route(mesh, "80").Hosts.Select(h => h.Name);
        Assert.Equal(["a.shop.svc.cluster.local:80"], hosts);
        Assert.Equal(["0.0.0.0_80", "0.0.0.0_81"], Listeners(mesh).Select(l => l.Name).Where(n => n.StartsWith('0')));
    }

    [Fact]
    public void Egress_Uncaptured_BindsLoopback()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "a", "http:80"),
            Sidecar("shop", "default", """{"egress":[{"port":{"number":80,"protocol":"HTTP"},"captureMode":"NONE","hosts":["./*"]}]}"""));
        var listener = Assert.Single(Listeners(mesh), l => l.Name == "127.0.0.1_80");
        Assert.Null(listener.BindToPort);
    }

    [Fact]
    public void Egress_Socket_NamesItsRoutesByPath()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "a", "http:80"),
            Sidecar("shop", "default", """{"egress":[{"port":{"number":0,"protocol":"HTTP"},"bind":"unix:///tmp/s","hosts":["./*"]}]}"""));
        var listener = Assert.Single(Listeners(mesh), l => l.Address.Pipe is not null);
        Assert.Equal("/tmp/s", listener.Address.Pipe.Path);
        Assert.Contains("a.shop:80", Assert.Single(Route(mesh, "unix:///tmp/s").Hosts).Domains);
    }

    [Fact]
    public void Ingress_ReplacesThePortsOfServices()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web", "http:80:8080"),
            Sidecar("shop", "in", """{"ingress":[{"port":{"number":9080,"protocol":"HTTP"}},{"port":{"number":9081,"protocol":"TCP"},"captureMode":"NONE"}]}"""));
        var listeners = Listeners(mesh);
        var captured = Assert.Single(listeners, l => l.Name == "virtualInbound");
        Assert.Equal(["10.1.0.1_9080"], captured.FilterChains.Select(c => c.Name).Where(n => n.StartsWith('1')).Distinct());
        Assert.Equal(15006u, captured.FilterChains[0].FilterChainMatch.DestinationPort);
        var bound = Assert.Single(listeners, l => l.Name == "10.1.0.1_9081");
        Assert.NotNull(bound.ListenerFilters[0].FilterDisabled.NotMatch);
    }

    [Fact]
    public void OutboundTrafficPolicy_OfTheSidecar_ReplacesThatOfTheMesh()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "a", "http:80"),
            Sidecar("shop", "default", """{"outboundTrafficPolicy":{"mode":"ALLOW_ANY","egressProxy":{"host":"e.shop.svc.cluster.local","subset":"v1","port":{"number":90}}}}"""))
            .Settings("""{"outboundTrafficPolicy":{"mode":"REGISTRY_ONLY"}}""");
        Assert.Equal("outbound|90|v1|e.shop.svc.cluster.local", Route(mesh, "80").CatchAll?.Policy.FallthroughCluster);
    }

    [Fact]
    public void Incremental_SidecarOfOtherNamespaceChanges_PlansNothing()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80"), Sidecar("other", "s", All));
        Listeners(mesh);
        var before = mesh.Graph.Counters[OutboundPlans.Of].Runs;
        mesh.Put(Sidecar("other", "s", """{"egress":[{"hosts":["~/*"]}]}"""));
        Listeners(mesh);
        Assert.Equal(before, mesh.Graph.Counters[OutboundPlans.Of].Runs);
    }

    private static RouteConfigurationInput Route(TestMesh mesh, string name)
    {
        var items = mesh.Get(RouteFamily.Instance.Members, new ClassScope(Web, NameSet.Empty));
        return mesh.Get(RouteFamily.Instance.Input, items.Single(i => i.Name == name))!;
    }

    private static List<Listener> Listeners(TestMesh mesh)
    {
        var items = mesh.Get(ListenerFamily.Instance.Members, new ClassScope(Web, NameSet.Empty));
        return [.. items.Select(i => (Listener)mesh.Get(ListenerFamily.Instance.Input, i)!.Build().Message)];
    }

    private static ConfigObject Sidecar(string @namespace, string name, string spec, int ageInDays = 0) => new()
    {
        ApiVersion = "networking.istio.io/v1",
        Kind = "Sidecar",
        Meta = Meta(@namespace, name, ageInDays: ageInDays),
        SpecJson = spec,
    };
}
