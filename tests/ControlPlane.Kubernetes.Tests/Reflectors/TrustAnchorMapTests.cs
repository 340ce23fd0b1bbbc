using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.ConfigMaps;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>Of a cluster's ConfigMaps only trust anchors are kept, beside the mesh configuration.</summary>
[Collection(AloneCollection.Name)]
public sealed class TrustAnchorMapTests : SourceTest
{
    private const string Maps = "/api/v1/configmaps";

    public TrustAnchorMapTests()
        : base(ReflectorHarness.Options)
    {
    }

    [Fact]
    public async Task Maps_WithTrustAnchors_AreHeldWithoutTheRest()
    {
        Put("shop", "ca", """{"ca.crt":"A","ca.crl":"L","readme":"x"}""");
        Put("shop", "generic", """{"cacert":"B"}""");
        Put("shop", "release", """{"release":"H4sI"}""");
        Put("shop", "empty", """{"ca.crt":""}""");
        Put("istio-system", "istio", """{"mesh":"trustDomain: t","ca.crt":"C","more":"x"}""");
        await StartAsync();
        Assert.Equal("istio-system/istio{ca.crt=C,mesh=trustDomain: t,more=x} shop/ca{ca.crl=L,ca.crt=A} shop/generic{cacert=B}", Held());
        Assert.Contains("\"t\"", Assert.Single(Sink.Snapshot.Table(Tables.MeshConfig).All).SpecJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maps_ThatChange_AreFollowedAndOthersAreNoNews()
    {
        Put("shop", "ca", """{"ca.crt":"A"}""");
        await StartAsync();
        var batches = Sink.Batches;
        Put("shop", "lock", """{"holder":"a"}""");
        Put("shop", "lock", """{"holder":"b"}""");
        Put("shop", "ca", """{"ca.crt":"B"}""");
        await Sink.Until(_ => Held() == "shop/ca{ca.crt=B}", Held);
        Assert.Equal(batches + 1, Sink.Batches);
        // Without its anchors it is as good as gone, and comes again with them.
        Put("shop", "ca", """{"other":"B"}""");
        await Sink.Until(_ => Held().Length == 0, Held);
        Put("shop", "ca", """{"ca.crt":"C"}""");
        await Sink.Until(_ => Held() == "shop/ca{ca.crt=C}", Held);
        Server.Delete(Maps, "shop", "ca");
        await Sink.Until(_ => Held().Length == 0, Held);
    }

    [Fact]
    public async Task Maps_OfNamespacesThatNoSelectorMeets_AreNotHeld()
    {
        Put("istio-system", "istio", """{"mesh":"discoverySelectors:\n- matchLabels: {mesh: a}\n"}""");
        Server.Put("/api/v1/namespaces", """{"metadata":{"name":"shop","labels":{"mesh":"a"} } }""");
        Put("shop", "ca", """{"ca.crt":"A"}""");
        Put("other", "ca", """{"ca.crt":"A"}""");
        await StartAsync();
        Assert.Equal(["istio", "ca"], Sink.Snapshot.Table(Tables.ConfigMaps).All.Select(m => m.Key).OrderBy(k => k.Namespace, StringComparer.Ordinal).Select(k => k.Name));
    }

    [Fact]
    public void Adapt_ABundleInManyNamespaces_IsHeldOnce()
    {
        var bundle = new string('x', 100_000);
        var (one, two) = (Adapt("a"), Adapt("b"));
        Assert.Same(one.Data, two.Data);
        Assert.Equal((true, true), (one.Meta.Labels.IsEmpty, one.Meta.Annotations.IsEmpty));

        ConfigMap Adapt(string ns)
        {
            using var json = JsonDocument.Parse($$"""{"metadata":{"name":"roots","namespace":"{{ns}}","labels":{"a":"b"},"annotations":{"c":"d"} },"data":{"ca.crt":"{{bundle}}"} }""");
            return (ConfigMap)Assert.Single(new TrustAnchorMapAdapter().Adapt(json.RootElement, "v1", new ResourceOptions()).Changes).Value;
        }
    }

    [Fact]
    public void Adapt_AnchorsThatAreNoText_AreRefusedByName()
    {
        using var json = JsonDocument.Parse("""{"metadata":{"name":"roots","namespace":"n"},"data":{"ca.crt":7} }""");
        var result = new TrustAnchorMapAdapter().Adapt(json.RootElement, "v1", new ResourceOptions());
        Assert.Equal(new ObjectId(Tables.ConfigMaps, new ObjectKey("n", "roots")), Assert.Single(result.Refused));
        Assert.Contains("data.ca.crt: must be a string", Assert.Single(result.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ThousandsOfLargeMaps_HoldsNextToNothing()
    {
        const int count = 2_000;
        var ballast = new string('x', 20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var objects = new ReflectedObjects(new ReflectorTarget(new TrustAnchorMapAdapter(), "v1"), new ResourceOptions());
        for (var i = 0; i < count; i++)
        {
            using var json = JsonDocument.Parse(
                $$"""{"metadata":{"name":"release-{{i}}","namespace":"team-{{i % 50}}","uid":"{{Guid.NewGuid()}}","resourceVersion":"{{1000 + i}}"},"data":{"release":"{{ballast}}"} }""");
            Assert.Empty(objects.Take(new WatchEvent("ADDED", json.RootElement, "", "", "")).Changes);
        }

        // Names and versions, so that a list or an event is known again.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, count * 500);
        Assert.Equal(count, objects.Count);
        GC.KeepAlive(objects);
    }

    private string Held() => string.Join(' ', Sink.Snapshot.Table(Tables.ConfigMaps).All.OrderBy(m => m.Key.ToString(), StringComparer.Ordinal)
        .Select(m => $"{m.Key}{{{string.Join(',', m.Data.Select(d => $"{d.Key}={d.Value}"))}}}"));

    private async Task StartAsync()
    {
        Run();
        await Sink.Until(s => s.Synced.Times == 1, () => string.Join('\n', Source.Diagnostics));
    }

    private void Put(string ns, string name, string data) => Server.Put(Maps, $$"""{"metadata":{"name":"{{name}}","namespace":"{{ns}}"},"data":{{data}} }""");
}
