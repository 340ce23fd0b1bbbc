using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Tests.Support;

namespace ControlPlane.Translation.Tests.Features.PeerAuthentication;

public sealed class PeerAuthenticationsTests
{
    private const string Strict = """{"mtls":{"mode":"STRICT"}}""";
    private const string Disable = """{"mtls":{"mode":"DISABLE"}}""";
    private const string Permissive = """{"mtls":{"mode":"PERMISSIVE"}}""";

    private static readonly WorkloadKey Web = new("shop", GraphBuilder.Labels(("app", "web"), ("version", "v1")));

    [Fact]
    public void OfWorkload_NoPolicy_IsPermissive()
    {
        var mesh = new GraphBuilder();
        Assert.Equal(EffectiveMutualTls.Default, mesh.Get(PeerAuthentications.OfWorkload, Web));
        Assert.Equal(MutualTlsMode.Permissive, mesh.Get(PeerAuthentications.OfNamespace, "shop"));
    }

    [Fact]
    public void OfNamespace_LevelsSet_NamespaceReplacesMesh()
    {
        var mesh = new GraphBuilder().Put(Policy("istio-system", "default", Strict), Policy("shop", "default", Disable));
        Assert.Equal(MutualTlsMode.Disable, mesh.Get(PeerAuthentications.OfNamespace, "shop"));
        Assert.Equal(MutualTlsMode.Strict, mesh.Get(PeerAuthentications.OfNamespace, "other"));
        Assert.Equal(MutualTlsMode.Strict, mesh.Get(PeerAuthentications.OfNamespace, "istio-system"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"mtls":{}}""")]
    [InlineData("""{"mtls":{"mode":"UNSET"}}""")]
    public void OfWorkload_ModeUnset_InheritsStepByStep(string unset)
    {
        var selected = unset.Insert(1, """ "selector":{"matchLabels":{"app":"web"}}""" + (unset == "{}" ? "" : ","));
        var mesh = new GraphBuilder().Put(Policy("istio-system", "m", Strict), Policy("shop", "n", unset), Policy("shop", "w", selected));
        Assert.Equal(MutualTlsMode.Strict, mesh.Get(PeerAuthentications.OfWorkload, Web).Mode);
    }

    [Fact]
    public void OfNamespace_TwoPolicies_OldestCounts()
    {
        var mesh = new GraphBuilder().Put(Policy("shop", "a", Strict), Policy("shop", "b", Disable, age: 1));
        Assert.Equal(MutualTlsMode.Disable, mesh.Get(PeerAuthentications.OfNamespace, "shop"));
    }

    [Fact]
    public void OfWorkload_TwoMatchingPolicies_YoungerIsIgnoredWithItsPorts()
    {
        var mesh = new GraphBuilder().Put(
            Policy("shop", "a", """{"selector":{"matchLabels":{"app":"web"}},"mtls":{"mode":"STRICT"},"portLevelMtls":{"1":{"mode":"DISABLE"}}}"""),
            Policy("shop", "b", """{"selector":{"matchLabels":{"version":"v1"}},"mtls":{"mode":"DISABLE"}}""", age: 1));
        Assert.Equal(new EffectiveMutualTls(MutualTlsMode.Disable, []), mesh.Get(PeerAuthentications.OfWorkload, Web));
    }

    [Fact]
    public void OfWorkload_PortLevel_UnsetTakesTheWorkloadsMode()
    {
        var mesh = new GraphBuilder().Put(
            Policy("shop", "default", Permissive),
            Policy("shop", "web", """{"selector":{"matchLabels":{"app":"web"}},"mtls":{"mode":"STRICT"},"portLevelMtls":{"8080":{"mode":"DISABLE"},"81":{}}}"""));
        var effective = mesh.Get(PeerAuthentications.OfWorkload, Web);
        Assert.Equal(MutualTlsMode.Disable, effective.OfPort(8080));
        Assert.Equal(MutualTlsMode.Strict, effective.OfPort(81));
        Assert.Equal(MutualTlsMode.Strict, effective.OfPort(9));
        Assert.Equal([81, 8080], effective.Ports.Select(p => p.Port));
        Assert.Equal(MutualTlsMode.Permissive, mesh.Get(PeerAuthentications.OfNamespace, "shop"));
    }

    [Fact]
    public void OfWorkload_SelectorInRootNamespace_CountsForNothing()
    {
        var mesh = new GraphBuilder().Put(Policy("istio-system", "web", """{"selector":{"matchLabels":{"app":"web"}},"mtls":{"mode":"STRICT"}}"""));
        Assert.Equal(MutualTlsMode.Permissive, mesh.Get(PeerAuthentications.OfWorkload, Web).Mode);
        Assert.Equal(MutualTlsMode.Permissive, mesh.Get(PeerAuthentications.OfWorkload, Web with { Namespace = "istio-system" }).Mode);
    }

    [Fact]
    public void OfWorkload_OtherRootNamespace_IsTheMeshLevel()
    {
        var mesh = new GraphBuilder().Put(Policy("config", "default", Strict)).Mesh("""{"rootNamespace":"config"}""");
        Assert.Equal(MutualTlsMode.Strict, mesh.Get(PeerAuthentications.OfWorkload, Web).Mode);
    }

    [Fact]
    public void OfWorkload_PolicyOfOtherNamespaceChanges_IsNotComputedAgain()
    {
        var mesh = new GraphBuilder().Put(Policy("other", "a", Strict));
        mesh.Get(PeerAuthentications.OfWorkload, Web);
        var before = mesh.Runs(PeerAuthentications.OfWorkload);
        mesh.Put(Policy("other", "a", Disable));
        mesh.Get(PeerAuthentications.OfWorkload, Web);
        Assert.Equal(before, mesh.Runs(PeerAuthentications.OfWorkload));
    }

    [Fact]
    public void Object_WrongType_IsRefusedWithItsName()
    {
        var mesh = new GraphBuilder().Put(Policy("shop", "bad", """{"mtls":{"mode":["STRICT"]}}"""));
        var parsed = mesh.Get(PeerAuthentications.Object, new ObjectKey("shop", "bad"));
        Assert.Null(parsed.Spec);
        Assert.Contains("shop/bad", Assert.Single(parsed.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Equal(MutualTlsMode.Permissive, mesh.Get(PeerAuthentications.OfNamespace, "shop"));
    }

    [Fact]
    public void Object_UnknownField_IsReportedAndIgnored()
    {
        var mesh = new GraphBuilder().Put(Policy("shop", "odd", """{"mtls":{"mode":"STRICT"},"mtl":1}"""));
        var parsed = mesh.Get(PeerAuthentications.Object, new ObjectKey("shop", "odd"));
        Assert.Equal(MutualTlsMode.Strict, parsed.Spec?.Mode);
        Assert.Equal("spec.mtl", Assert.Single(parsed.Diagnostics).Field);
    }

    private static ConfigObject Policy(string @namespace, string name, string spec, int age = 0) =>
        GraphBuilder.Config("PeerAuthentication", @namespace, name, spec, age);
}
