using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Selection;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>discoverySelectors: what lives in other namespaces is not even held.</summary>
public sealed class NamespaceScopeTests : SourceTest
{
    private const string Pods = "/api/v1/pods";
    private const string Services = "/api/v1/services";

    public NamespaceScopeTests()
        : base(ReflectorHarness.Options)
    {
    }

    [Fact]
    public async Task Namespaces_ThatNoSelectorMeets_HoldNothingForTheMesh()
    {
        Mesh("matchLabels: {mesh: a}");
        Fill("shop", "mesh: a");
        Fill("other", "mesh: b");
        await StartAsync();
        Assert.Equal("shop/p shop/web", Held());
        // What comes later is left out too, and what goes there is no news.
        var batches = Sink.Batches;
        Put(Pods, "other", "late", """{"phase":"Running"}""");
        Server.Delete(Services, "other", "web");
        Put(Pods, "shop", "late", """{"phase":"Running"}""");
        await Sink.Until(_ => Held() == "shop/late shop/p shop/web");
        Assert.Equal(batches + 1, Sink.Batches);
        // Namespaces themselves are known: injection asks for their labels.
        Assert.Equal(2, Sink.Snapshot.Table(Tables.Namespaces).Count);
        Assert.Equal(1, Source.Status.Single(s => s.Name == Pods).Lists);
    }

    [Fact]
    public async Task Selectors_ThatChange_AreFollowedWithoutRestart()
    {
        Fill("shop", "mesh: a");
        Fill("other", "mesh: b");
        await StartAsync();
        Assert.Equal("other/p other/web shop/p shop/web", Held());
        // Fewer: nothing is asked for.
        Mesh("matchLabels: {mesh: a}");
        await Sink.Until(_ => Held() == "shop/p shop/web");
        Assert.Equal(1, Lists(Pods));
        // More: what was left out is listed, once.
        Mesh("matchExpressions: [{key: mesh, operator: In, values: [a, b]}]");
        await Sink.Until(_ => Held() == "other/p other/web shop/p shop/web");
        Assert.Equal((2, 2), (Lists(Pods), Lists(Services)));
        Put(Services, "other", "new", "{}");
        await Sink.Until(_ => Held() == "other/new other/p other/web shop/p shop/web");
        Assert.Equal((2, 2), (Lists(Pods), Lists(Services)));
    }

    [Fact]
    public async Task Namespace_ThatIsLabelled_BringsItsObjectsAndTakesThemAway()
    {
        Mesh("matchLabels: {mesh: a}");
        Fill("shop", "other: x");
        await StartAsync();
        Assert.Equal("", Held());
        Namespace("shop", "mesh: a");
        await Sink.Until(_ => Held() == "shop/p shop/web");
        Namespace("shop", "other: x");
        await Sink.Until(_ => Held().Length == 0);
        // A namespace that is new holds nothing yet: nothing is listed for it.
        var lists = Lists(Pods);
        Namespace("fresh", "mesh: a");
        Put(Pods, "fresh", "p", """{"phase":"Running"}""");
        await Sink.Until(_ => Held() == "fresh/p");
        Assert.InRange(Lists(Pods) - lists, 0, 1);
    }

    [Fact]
    public async Task Change_WhileTheSelectionChanges_IsNotLost()
    {
        Mesh("matchLabels: {mesh: a}");
        await StartAsync();
        for (var round = 0; round < 30; round++)
        {
            Fill($"n{round}", round % 2 == 0 ? "mesh: a" : "mesh: b");
            Namespace($"n{round}", round % 3 == 0 ? "mesh: b" : "mesh: a");
            Put(Pods, $"n{round}", "more", "{}");
            if (round % 7 == 0)
                Server.Disconnect();
        }

        var expected = string.Join(' ', Enumerable.Range(0, 30).Where(r => r % 3 != 0).SelectMany(r => new[] { $"n{r}/more", $"n{r}/p", $"n{r}/web" }).Order(StringComparer.Ordinal));
        await Sink.Until(_ => Held() == expected, Held);
    }

    [Fact]
    public async Task Selectors_InADirectory_MeanTheSame()
    {
        using var folder = new TemporaryDirectory();
        folder.Write("mesh.yaml", ConfigMap("matchLabels: {mesh: a}"));
        folder.Write("shop.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {mesh: a}}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}}");
        folder.Write("other.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: other}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: other}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: ca, namespace: other}, data: {ca.crt: A}}");
        Assert.Empty(MeshSnapshot.Empty.Apply(DirectoryReader.Read(folder.Root, new DirectoryOptions()).Changes).Snapshot.Table(Tables.ConfigMaps).All);
        Assert.Equal("shop/p", Held(MeshSnapshot.Empty.Apply(DirectoryReader.Read(folder.Root, new DirectoryOptions()).Changes).Snapshot));
        var source = new DirectorySource(folder.Root, new DirectoryOptions(), TimeProvider.System);
        var running = source.RunAsync(Sink, Stop.Token);
        await Sink.Until(_ => Held() == "shop/p");
        File.Delete(folder.Path("mesh.yaml"));
        await Sink.Until(_ => Held() == "other/p shop/p");
        folder.Write("mesh.yaml", ConfigMap("matchExpressions: [{key: mesh, operator: DoesNotExist}]"));
        await Sink.Until(_ => Held() == "other/p");
        await Stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("{}", true, true)]
    [InlineData("""{"discoverySelectors":[{}]}""", true, true)]
    [InlineData("""{"discoverySelectors":[{"matchLabels":{"mesh":"a"}}]}""", true, false)]
    [InlineData("""{"discovery_selectors":[{"match_labels":{"mesh":"b"}},{"matchLabels":{"mesh":"a"}}]}""", true, false)]
    [InlineData("""{"discoverySelectors":[{"matchExpressions":[{"key":"mesh","operator":"Exists"}]}]}""", true, false)]
    [InlineData("""{"discoverySelectors":[{"matchExpressions":[{"key":"mesh","operator":"NotIn","values":["a"]}]}]}""", false, true)]
    [InlineData("""{"discoverySelectors":[{"matchExpressions":[{"key":"mesh","operator":"Like","values":["a"]}]}]}""", false, false)]
    [InlineData("""{"discoverySelectors":[{"matchLabels":{"mesh":"a"},"matchExpressions":[{"key":"x","operator":"Exists"}]}]}""", false, false)]
    [InlineData("""{"discoverySelectors":7}""", true, true)]
    public void Includes_FollowsTheRulesOfLabelSelectors(string mesh, bool labelled, bool plain)
    {
        var scope = NamespaceScope.Everything.With(Changes(mesh));
        Assert.Equal((labelled, plain, true), (scope.Includes("labelled"), scope.Includes("plain"), scope.Includes("")));
        Assert.Equal(!scope.Selects, scope.Includes("unknown"));
    }

    private static IReadOnlyList<ModelChange> Changes(string mesh)
    {
        using var folder = new TemporaryDirectory();
        folder.Write("a.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: labelled, labels: {mesh: a}}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: plain}}");
        folder.Write("mesh.json", $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"istio","namespace":"istio-system"},"data":{"mesh":{{System.Text.Json.JsonSerializer.Serialize(mesh)}} } }""");
        return DirectoryReader.Read(folder.Root, new DirectoryOptions()).Changes;
    }

    private static string ConfigMap(string selector) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio, namespace: istio-system}}\ndata:\n  mesh: |\n    discoverySelectors:\n    - {selector}\n";

    private static string Held(MeshSnapshot snapshot) => string.Join(' ', snapshot.Table(Tables.Pods).All.Select(p => p.Key.ToString())
        .Concat(snapshot.Table(Tables.Services).All.Select(s => s.Key.ToString())).Order(StringComparer.Ordinal));

    private string Held() => Held(Sink.Snapshot);

    private int Lists(string path) => Source.Status.Single(s => s.Name == path).Lists;

    private async Task StartAsync()
    {
        Run();
        await Sink.Until(s => s.Synced.Times == 1);
    }

    private void Mesh(string selector) => Server.Put(
        "/api/v1/configmaps", $$"""{"metadata":{"name":"istio","namespace":"istio-system"},"data":{"mesh":"discoverySelectors:\n- {{selector}}\n"} }""");

    private void Namespace(string name, string label) => Server.Put(
        "/api/v1/namespaces", $$"""{"metadata":{"name":"{{name}}","labels":{"{{label.Replace(": ", "\":\"", StringComparison.Ordinal)}}"} } }""");

    private void Fill(string ns, string label)
    {
        Namespace(ns, label);
        Put(Services, ns, "web", "{}");
        Put(Pods, ns, "p", "{}");
    }

    private void Put(string path, string ns, string name, string status) => Server.Put(
        path, $$"""{"metadata":{"name":"{{name}}","namespace":"{{ns}}"},"spec":{"ports":[{"port":1}]},"status":{{status}} }""");
}
