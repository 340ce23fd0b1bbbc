using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Route.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Routes;

public sealed class SidecarRoutesTests
{
    private static readonly ProxyClass Client = new() { Namespace = "shop", PodKnown = true };

    [Fact]
    public void Domains_OwnAndOtherNamespace_HaveTheirShortForms()
    {
        var route = Route("80", Service("shop", "a", "http:80"), Service("other", "b", "http:80", "10.96.0.2"));
        Assert.Equal(
            ["a.shop.svc.cluster.local", "a.shop.svc.cluster.local.", "a", "a.shop.svc", "a.shop", "10.96.0.1"],
            Host(route, "a.shop.svc.cluster.local:80").Domains);
        Assert.Equal(
            ["b.other.svc.cluster.local", "b.other.svc.cluster.local.", "b.other", "b.other.svc", "10.96.0.2"],
            Host(route, "b.other.svc.cluster.local:80").Domains);
        Assert.Equal("allow_any", route.VirtualHosts[^1].Name);
    }

    [Fact]
    public void Domains_Headless_HaveWildcardsAndNoAddress()
    {
        var domains = Host(Route("80", Service("shop", "a", "http:80", "None")), "a.shop.svc.cluster.local:80").Domains;
        Assert.Equal(10, domains.Count);
        Assert.Contains("*.a.shop", domains);
    }

    [Fact]
    public void Domains_Alias_JoinsItsTarget()
    {
        var route = Route("80", Service("shop", "a", "http:80"), ExternalName("shop", "other-name", "a.shop.svc.cluster.local"));
        Assert.Contains("other-name.shop", Host(route, "a.shop.svc.cluster.local:80").Domains);
        Assert.Equal(2, route.VirtualHosts.Count);
    }

    [Fact]
    public void Domains_TwoServicesWithOneAddress_FirstKeepsIt()
    {
        var route = Route("80", Service("shop", "a", "http:80"), Service("shop", "b", "http:80", ageInDays: 1));
        Assert.DoesNotContain("10.96.0.1", Host(route, "a.shop.svc.cluster.local:80").Domains);
        Assert.Contains("10.96.0.1", Host(route, "b.shop.svc.cluster.local:80").Domains);
        Assert.Equal(route.VirtualHosts.SelectMany(h => h.Domains).Count(), route.VirtualHosts.SelectMany(h => h.Domains).Distinct().Count());
    }

    [Fact]
    public void Domains_Ipv6Address_StandsInBrackets()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80", "fd00::1"));
        var route = Build(mesh, Client with { Ipv4 = false, Ipv6 = true }, "80");
        Assert.Contains("[fd00::1]", Host(route, "a.shop.svc.cluster.local:80").Domains);
    }

    [Fact]
    public void Detected_OneService_AnswersForEveryHost()
    {
        var route = Route("a.shop.svc.cluster.local:81", Service("shop", "a", "x:81"), Service("shop", "b", "http:81", "10.96.0.2"));
        Assert.Equal(["*"], Assert.Single(route.VirtualHosts).Domains);
    }

    [Fact]
    public void TcpService_OfAnHttpPort_HasNoVirtualHost()
    {
        var route = Route("80", Service("shop", "a", "http:80"), Service("shop", "b", "tcp:80", "10.96.0.2"));
        Assert.Equal(["a.shop.svc.cluster.local:80", "allow_any"], route.VirtualHosts.Select(h => h.Name));
    }

    [Fact]
    public void RegistryOnly_UnknownHosts_GetBadGateway()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80")).Settings("""{"outboundTrafficPolicy":{"mode":"REGISTRY_ONLY"}}""");
        var host = Build(mesh, Client, "80").VirtualHosts[^1];
        Assert.Equal(("block_all", 502u), (host.Name, host.Routes[0].DirectResponse.Status));
    }

    [Fact]
    public void Incremental_OneServiceChanges_OnlyItsRouteConfigurationsChange()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80"), Service("shop", "b", "http:90", "10.96.0.2"));
        var before = Input(mesh, Client, "80");
        mesh.Put(Service("shop", "b", "http:90", "10.96.0.3"));
        Assert.Same(before, Input(mesh, Client, "80"));
    }

    [Fact]
    public void Incremental_OneServiceChanges_VirtualHostsOfOthersAreNotMadeAgain()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80"), Service("shop", "b", "http:80", "10.96.0.2"));
        var before = Input(mesh, Client, "80").Hosts[0];
        mesh.Put(Service("shop", "b", "http:80", "10.96.0.3"));
        Assert.Same(before, Input(mesh, Client, "80").Hosts[0]);
    }

    [Fact]
    public void Incremental_EndpointsChange_TouchNothing()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80"));
        Input(mesh, Client, "80");
        var before = mesh.Graph.Counters[RouteFamily.Instance.Input].Runs;
        mesh.Put(Slice("shop", "a", "http:80", "10.1.0.1"));
        Input(mesh, Client, "80");
        Assert.Equal(before, mesh.Graph.Counters[RouteFamily.Instance.Input].Runs);
    }

    private static RouteConfiguration Route(string name, params Service[] services) =>
        Build(new TestMesh().Put([.. services.Cast<MeshObject>()]), Client, name);

    private static RouteConfiguration Build(TestMesh mesh, ProxyClass proxy, string name) => (RouteConfiguration)Input(mesh, proxy, name).Build().Message;

    private static RouteConfigurationInput Input(TestMesh mesh, ProxyClass proxy, string name)
    {
        var items = mesh.Get(RouteFamily.Instance.Members, new ClassScope(proxy, NameSet.Empty));
        return mesh.Get(RouteFamily.Instance.Input, items.Single(i => i.Name == name))!;
    }

    private static VirtualHost Host(RouteConfiguration route, string name) => Assert.Single(route.VirtualHosts, h => h.Name == name);
}
