using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Features.VirtualService;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features.VirtualService;

public sealed class VirtualServicesTests
{
    private const string Route = """ "http":[{"route":[{"destination":{"host":"a"}}]}]""";

    [Fact]
    public void Of_PrivateExportedAndPublic_ComeInGroupsEachByAge()
    {
        var mesh = new TestMesh().Put(
            Exported("other", "public-old", "*", 9), Exported("shop", "public-young", "*", 1),
            Exported("other", "listed", "shop", 5), Exported("shop", "private-old", ".", 3), Exported("shop", "private-young", "shop", 2),
            Exported("other", "hidden", ".", 9), Exported("other", "nobody", "third", 9));
        Assert.Equal(["private-old", "private-young", "listed", "public-old", "public-young"], Names(mesh, "shop"));
    }

    [Fact]
    public void Of_SameAge_GoesByNameThenNamespace()
    {
        var mesh = new TestMesh().Put(Exported("shop", "b", "*"), Exported("shop", "a", "*"), Exported("other", "a", "*"));
        Assert.Equal(["other/a", "shop/a", "shop/b"], mesh.Get(VirtualServices.Of, ("x", "mesh")).Select(s => s.Key.ToString()));
    }

    [Theory]
    [InlineData("""["."]""", "shop", 1)]
    [InlineData("""["."]""", "other", 0)]
    [InlineData("""["*"]""", "other", 1)]
    public void Of_NoExportTo_TheMeshDecides(string defaults, string @namespace, int expected)
    {
        var mesh = new TestMesh().Put(VirtualServiceOf("shop", "v", $$"""{"hosts":["a"],{{Route}}}""")).Settings($$"""{"defaultVirtualServiceExportTo":{{defaults}}}""");
        Assert.Equal(expected, mesh.Get(VirtualServices.Of, (@namespace, "mesh")).Count);
    }

    [Theory]
    [InlineData("gw", "shop/gw")]
    [InlineData("other/gw", "other/gw")]
    [InlineData("gw.other", "other/gw")]
    [InlineData("gw.other.svc.cluster.local", "other/gw")]
    [InlineData("mesh", "mesh")]
    public void Of_FormsOfGatewayNames_MeanNamespaceAndName(string written, string gateway)
    {
        var mesh = new TestMesh().Put(VirtualServiceOf("shop", "v", $$"""{"hosts":["a.example.org"],"gateways":["{{written}}"],{{Route}}}"""));
        Assert.Single(mesh.Get(VirtualServices.Of, ("shop", gateway)));
        Assert.Empty(mesh.Get(VirtualServices.Of, ("shop", "shop/other")));
    }

    [Fact]
    public void Object_ShortNames_AreCompletedEverywhere()
    {
        var spec = Read("""
            {"hosts":["A","b.example"],
             "http":[{"route":[{"destination":{"host":"c"}}],"mirror":{"host":"d"}}],
             "tcp":[{"route":[{"destination":{"host":"e"}}]}],
             "tls":[{"match":[{"sniHosts":["b.example"]}],"route":[{"destination":{"host":"f"}}]}]}
            """);
        Assert.Equal(["A.shop.svc.cluster.local", "b.example"], spec.Hosts);
        Assert.Equal(["a.shop.svc.cluster.local", "b.example"], spec.LowerHosts);
        Assert.Equal("c.shop.svc.cluster.local", spec.Http[0].Message.Route[0].Destination.Host);
        Assert.Equal("d.shop.svc.cluster.local", spec.Http[0].Message.Mirror.Host);
        Assert.Equal("e.shop.svc.cluster.local", spec.Tcp[0].Message.Route[0].Destination.Host);
        Assert.Equal("f.shop.svc.cluster.local", spec.Tls[0].Message.Route[0].Destination.Host);
    }

    [Theory]
    [InlineData("*", 2)]
    [InlineData("shop", 2)]
    [InlineData(".", 1)]
    public void Merged_Delegate_MustBeExportedToTheRoot(string exportTo, int routes)
    {
        var mesh = new TestMesh().Put(
            Root("other"),
            VirtualServiceOf("other", "leaf", $$"""{"exportTo":["{{exportTo}}"],{{Route}}}"""));
        Assert.Equal(routes, mesh.Get(VirtualServices.Merged, new ObjectKey("shop", "root"))!.Http.Count);
    }

    [Fact]
    public void Merged_DelegateMissingOrWithHosts_DropsThatRouteOnly()
    {
        var mesh = new TestMesh().Put(Root("shop"));
        Assert.Equal("rest", Assert.Single(mesh.Get(VirtualServices.Merged, new ObjectKey("shop", "root"))!.Http).Message.Name);
        mesh.Put(VirtualServiceOf("shop", "leaf", $$"""{"hosts":["b"],{{Route}}}"""));
        Assert.Single(mesh.Get(VirtualServices.Merged, new ObjectKey("shop", "root"))!.Http);
    }

    [Fact]
    public void Of_DelegatesThemselves_AreNotListed()
    {
        var mesh = new TestMesh().Put(VirtualServiceOf("shop", "leaf", $$"""{ {{Route}} }"""));
        Assert.Empty(mesh.Get(VirtualServices.Of, ("shop", "mesh")));
    }

    [Fact]
    public void Incremental_DelegateChanges_TheRootChanges()
    {
        var mesh = new TestMesh().Put(Root("shop"), Leaf("a"));
        Assert.Equal("a.shop.svc.cluster.local", Destination());
        mesh.Put(Leaf("b"));
        Assert.Equal("b.shop.svc.cluster.local", Destination());

        string Destination() => mesh.Get(VirtualServices.Of, ("shop", "mesh"))[0].Http[0].Message.Route[0].Destination.Host;

        static ConfigObject Leaf(string host) => VirtualServiceOf("shop", "leaf", $$$"""{"http":[{"route":[{"destination":{"host":"{{{host}}}"}}]}]}""");
    }

    private static ConfigObject Root(string delegateNamespace) => VirtualServiceOf("shop", "root", $$$"""
        {"hosts":["a"],"http":[{"match":[{"uri":{"prefix":"/x"}}],"delegate":{"name":"leaf","namespace":"{{{delegateNamespace}}}"}},{"name":"rest","route":[{"destination":{"host":"a"}}]}]}
        """);

    private static VirtualServiceSpec Read(string spec) => new TestMesh().Put(VirtualServiceOf("shop", "v", spec)).Get(VirtualServices.Object, new ObjectKey("shop", "v")).Spec!;

    private static ConfigObject Exported(string @namespace, string name, string exportTo, int ageInDays = 0) =>
        VirtualServiceOf(@namespace, name, $$"""{"hosts":["a"],"exportTo":["{{exportTo}}"],{{Route}}}""", ageInDays);

    private static IEnumerable<string> Names(TestMesh mesh, string @namespace) => mesh.Get(VirtualServices.Of, (@namespace, "mesh")).Select(s => s.Key.Name);
}
