using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Views.Services;

public class ServiceDirectoryTests
{
    [Fact]
    public void All_SeveralServices_AreOrderedByAgeThenNameThenNamespace()
    {
        var mesh = new TestMesh().Put(Service("b", "x"), Service("a", "x"), Service("z", "a"), Service("z", "old", ageInDays: 1));

        Assert.Equal(
            ["old.z.svc.cluster.local", "a.z.svc.cluster.local", "x.a.svc.cluster.local", "x.b.svc.cluster.local"],
            mesh.Get(ServiceDirectory.All, Unit.Value).Select(s => s.Host));
    }

    [Fact]
    public void VisibleTo_ExportedServices_ComeFirstAndHiddenOnesNot()
    {
        const string exportTo = "networking.istio.io/exportTo=";
        var mesh = new TestMesh().Put(
            Service("shop", "a-public"),
            Service("shop", "own", annotations: exportTo + "."),
            Service("shop", "nobody", annotations: exportTo + "~"),
            Service("shop", "none-and-other", annotations: exportTo + "~,other"),
            Service("shop", "list", annotations: exportTo + " . , other"),
            Service("shop", "both", annotations: exportTo + "other,*"));

        Assert.Equal(["list", "own", "a-public", "both"], mesh.Get(ServiceDirectory.VisibleTo, "shop").Select(s => s.Name));
        Assert.Equal(["list", "a-public", "both"], mesh.Get(ServiceDirectory.VisibleTo, "other").Select(s => s.Name));
        Assert.Equal(["a-public", "both"], mesh.Get(ServiceDirectory.VisibleTo, "third").Select(s => s.Name));
    }

    [Fact]
    public void VisibleTo_MeshDefaultIsOwnNamespace_HidesServicesWithoutAnnotation()
    {
        var mesh = new TestMesh().Settings("""{"defaultServiceExportTo": ["."]}""").Put(Service("shop", "web"));

        Assert.Single(mesh.Get(ServiceDirectory.VisibleTo, "shop"));
        Assert.Empty(mesh.Get(ServiceDirectory.VisibleTo, "other"));
    }

    [Fact]
    public void All_AliasChain_EndsAtTheServiceAndLoopsMeanNothing()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web"),
            ExternalName("shop", "one", "web.shop.svc.cluster.local"),
            ExternalName("other", "two", "one.shop.svc.cluster.local"),
            ExternalName("shop", "short", "web"),
            ExternalName("shop", "loop-a", "loop-b.shop.svc.cluster.local"),
            ExternalName("shop", "loop-b", "loop-a.shop.svc.cluster.local"),
            ExternalName("shop", "self", "self.shop.svc.cluster.local"));

        var all = mesh.Get(ServiceDirectory.All, Unit.Value);

        Assert.Equal(
            [new ServiceAlias("two.other.svc.cluster.local", "other"), new ServiceAlias("one.shop.svc.cluster.local", "shop")],
            all.Single(s => s.Name == "web").Aliases);
        Assert.All(all.Where(s => s.Name != "web"), s => Assert.Empty(s.Aliases));
    }

    [Fact]
    public void All_DiscoverySelectors_DropServicesOfOtherNamespaces()
    {
        var mesh = new TestMesh()
            .Settings("""{"discoverySelectors": [{"matchLabels": {"mesh": "a"}}, {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["x", "y"]}]}]}""")
            .Put(Namespace("one", "mesh=a"), Namespace("two", "tier=y"), Namespace("three", "mesh=b"))
            .Put(Service("one", "s"), Service("two", "s"), Service("three", "s"), Service("unknown", "s"));

        Assert.Equal(["one", "two"], mesh.Get(ServiceDirectory.All, Unit.Value).Select(s => s.Namespace));

        mesh.Put(Namespace("three", "mesh=a"));
        Assert.Equal(["one", "three", "two"], mesh.Get(ServiceDirectory.All, Unit.Value).Select(s => s.Namespace));
    }

    [Fact]
    public void All_EditOfWhatNobodyReads_ChangesNothing()
    {
        var mesh = new TestMesh().Put(Service("shop", "web"));
        var before = mesh.Get(ServiceDirectory.VisibleTo, "shop");

        mesh.Put(Service("shop", "web", labels: "team=x", annotations: "note=y"));
        var after = mesh.Get(ServiceDirectory.VisibleTo, "shop");

        Assert.Same(before[0], after[0]);
        Assert.Equal(1, mesh.Graph.Counters[ServiceDirectory.All].Changes);
    }

    [Theory]
    [InlineData("PreferClose", "", "", "PreferSameZone")]
    [InlineData("PreferSameNode", "preferclose", "", "PreferSameNode")]
    [InlineData("Odd", "preferSAMEnode", "", "PreferSameNode")]
    [InlineData("", "odd", "PreferClose", "")]
    [InlineData("", "", "PreferClose", "PreferSameZone")]
    [InlineData("", "", "odd", "")]
    public void TrafficDistribution_FieldAnnotationNamespace_FirstThatSpeaksWins(string field, string own, string ofNamespace, string expected)
    {
        const string key = "networking.istio.io/traffic-distribution=";
        var service = Service("shop", "web", annotations: own.Length == 0 ? "" : key + own) with { TrafficDistribution = field };
        var mesh = new TestMesh().Put(Namespace("shop", annotations: ofNamespace.Length == 0 ? "" : key + ofNamespace), service);

        Assert.Equal(expected, mesh.Get(ServiceDirectory.All, Unit.Value)[0].TrafficDistribution);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("networking.istio.io/traffic-distribution=PreferClose", "PreferSameZone")]
    public void TrafficDistribution_OfAServiceEntry_IsNotThatOfItsNamespace(string own, string expected)
    {
        var mesh = new TestMesh().Put(
            Namespace("shop", annotations: "networking.istio.io/traffic-distribution=PreferSameNode"),
            new ConfigObject
            {
                ApiVersion = "networking.istio.io/v1", Kind = "ServiceEntry", Meta = Meta("shop", "outside", annotations: own),
                SpecJson = """{"hosts":["a.example.org"],"ports":[{"number":80,"name":"http","protocol":"HTTP"}]}""",
            });

        Assert.Equal(expected, mesh.Get(ServiceDirectory.All, Unit.Value)[0].TrafficDistribution);
    }

    [Fact]
    public void SubjectAltNames_BothAnnotations_AreMergedAndSorted()
    {
        var mesh = new TestMesh().Settings("""{"trustDomain": "td"}""").Put(Service(
            "shop", "web", annotations: "alpha.istio.io/canonical-serviceaccounts=spiffe://x/y,a;alpha.istio.io/kubernetes-serviceaccounts=one,two"));

        Assert.Equal(
            ["a", "spiffe://td/ns/shop/sa/one", "spiffe://td/ns/shop/sa/two", "spiffe://x/y"],
            mesh.Get(ServiceDirectory.All, Unit.Value)[0].SubjectAltNames);
    }

    [Fact]
    public void All_ServiceDeleted_IsGone()
    {
        var mesh = new TestMesh().Put(Service("shop", "web"), Service("shop", "cart"));
        Assert.Equal(2, mesh.Get(ServiceDirectory.All, Unit.Value).Count);

        mesh.Delete(Tables.Services, "shop", "web");

        Assert.Equal(["cart"], mesh.Get(ServiceDirectory.All, Unit.Value).Select(s => s.Name));
        Assert.Empty(mesh.Get(ServiceDirectory.OfHost, "web.shop.svc.cluster.local"));
    }

    [Fact]
    public void Ports_NoTargetPort_IsThePortItself()
    {
        var service = Service("shop", "web") with
        {
            Ports = [new ServicePort { Name = "http", Port = 80 }, new ServicePort { Name = "tcp", Port = 81, TargetPortName = "named" }],
        };
        var ports = new TestMesh().Put(service).Get(ServiceDirectory.All, Unit.Value)[0].Ports;

        Assert.Equal((80, ""), (ports[0].TargetPort, ports[0].TargetPortName));
        Assert.Equal((0, "named"), (ports[1].TargetPort, ports[1].TargetPortName));
    }
}
