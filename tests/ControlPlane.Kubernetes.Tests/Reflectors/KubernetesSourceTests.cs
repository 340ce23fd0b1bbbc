using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

public sealed class KubernetesSourceTests : SourceTest
{
    private const string VirtualServices = "/apis/networking.istio.io/v1/virtualservices";

    public KubernetesSourceTests()
        : base(ReflectorHarness.Options)
    {
    }

    [Fact]
    public async Task RunAsync_SameObjectsAsTheDirectory_GiveTheSameSnapshot()
    {
        var source = new EmbeddedSource(EmbeddedSource.DefaultSample, new DirectoryOptions());
        var (expected, _) = MeshSnapshot.Empty.Apply(source.Reading.Changes);
        Load(new EmbeddedTree(EmbeddedSource.DefaultSample));
        Start();
        await Sink.Until(s => s.Synced.Times == 1, () => string.Join('\n', Source.Diagnostics));
        Assert.Equal((1, 1), (Sink.Batches, Sink.Synced.AfterBatches));
        // Only an API server gives UIDs.
        var differ = Sink.Snapshot.Apply(source.Reading.Changes).Changes.Entries;
        Assert.DoesNotContain(differ, e => !Equals(WithoutUid(e.Old), e.New));
        Assert.Equal(expected.Tables.Sum(t => expected.Objects(t).Count()), Sink.Snapshot.Tables.Sum(t => Sink.Snapshot.Objects(t).Count()));
        Assert.Empty(Source.Diagnostics);
        Server.Delete("/api/v1/services", "bookinfo", "ratings");
        await Sink.Until(s => s.Snapshot.Table(Tables.Services).Find(new ObjectKey("bookinfo", "ratings")) is null);
    }

    private static MeshObject? WithoutUid(MeshObject? value) => value switch
    {
        Pod pod => pod with { Uid = "" },
        ServiceAccount account => account with { Uid = "" },
        _ => value,
    };

    [Fact]
    public async Task K24_UntilEveryKindIsKnown_NothingIsHandedOver()
    {
        var blocked = new TaskCompletionSource();
        Server.Put("/api/v1/services", """{"metadata":{"name":"a","namespace":"n"},"spec":{"ports":[{"port":1}]}}""");
        Server.Script = async e =>
        {
            if (e.Path == "/api/v1/pods")
                await blocked.Task;
            return false;
        };
        Start();
        await Sink.Until(_ => Source.Status.Count(s => s.IsSynced) == Source.Status.Count - 1);
        Assert.Equal(0, Sink.Batches);
        blocked.SetResult();
        await Sink.Until(s => s.Synced.Times == 1);
        Assert.Equal("a:1", Sink.Services);
    }

    [Fact]
    public async Task K27_KindThatIsAbsent_IsEmptyAndReadOnceItIsInstalledAndEmptyWhenRemoved()
    {
        var all = Served();
        Server.Served = all.Where(s => !s.Key.StartsWith("networking.istio.io/", StringComparison.Ordinal)).ToDictionary();
        Start();
        await Sink.Until(s => s.Synced.Times == 1);
        Assert.DoesNotContain(Server.Requests, r => r.StartsWith(VirtualServices, StringComparison.Ordinal));
        Server.Put(VirtualServices, """{"metadata":{"name":"v","namespace":"n"},"spec":{"hosts":["a"]}}""");
        Server.Served = all;
        await Sink.Until(s => VirtualService(s) is { SpecJson: """{"hosts":["a"]}""", ApiVersion: "networking.istio.io/v1" });
        Server.Served = all.Where(s => !s.Key.StartsWith("networking.istio.io/", StringComparison.Ordinal)).ToDictionary();
        Server.Script = async e =>
        {
            if (!e.Path.StartsWith("/apis/networking.istio.io/", StringComparison.Ordinal) || Server.Served!.Keys.Any(k => k.StartsWith("networking.istio.io/", StringComparison.Ordinal)))
                return false;
            await e.FailAsync(404, "NotFound");
            return true;
        };
        Server.Disconnect();
        await Sink.Until(s => VirtualService(s) is null);
        Server.Served = all;
        await Sink.Until(s => VirtualService(s) is not null);
    }

    [Fact]
    public async Task K27_NotFoundOfAKindThatIsServed_RemovesNothing()
    {
        Server.Put(VirtualServices, """{"metadata":{"name":"v","namespace":"n"},"spec":{}}""");
        Start();
        await Sink.Until(s => VirtualService(s) is not null);
        var refusals = 0;
        Server.Script = async e =>
        {
            if (!e.Path.StartsWith(VirtualServices, StringComparison.Ordinal) || ++refusals > 6)
                return false;
            await e.RespondAsync(404, "404 page not found");
            return true;
        };
        Server.Disconnect();
        await Sink.Until(_ => refusals > 6);
        Server.Put(VirtualServices, """{"metadata":{"name":"w","namespace":"n"},"spec":{}}""");
        await Sink.Until(s => s.Snapshot.Table(Tables.Config("VirtualService")).Count == 2);
        Assert.NotNull(VirtualService(Sink));
    }

    [Fact]
    public async Task K27_KindInAForeignVersion_IsAWarning()
    {
        var all = Served();
        foreach (var version in new[] { "v1", "v1beta1", "v1alpha3" })
            all[$"networking.istio.io/{version}"] = [.. all[$"networking.istio.io/{version}"].Where(p => p != "virtualservices")];
        all["networking.istio.io/v7"] = ["virtualservices"];
        Server.Served = all;
        Start();
        await Sink.Until(s => s.Synced.Times == 1);
        Assert.Contains("VirtualService", Assert.Single(Source.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.Contains("only as networking.istio.io/v7", Source.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ClusterWithoutEndpointSlices_ReadsEndpoints()
    {
        Server.Served = Served().Where(s => !s.Key.StartsWith("discovery.k8s.io/", StringComparison.Ordinal)).ToDictionary();
        Server.Put("/api/v1/endpoints", """{"metadata":{"name":"web","namespace":"n"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1}]}]}""");
        Start();
        await Sink.Until(s => s.Synced.Times == 1);
        Assert.Equal("endpoints/web", Assert.Single(Sink.Snapshot.Table(Tables.EndpointSlices).All).Key.Name);
    }

    [Fact]
    public async Task RunAsync_Secrets_AreSelectedNarrowly()
    {
        Start();
        await Sink.Until(s => s.Synced.Times == 1);
        Assert.Contains(Server.Requests, r => r.StartsWith("/api/v1/secrets?", StringComparison.Ordinal)
            && r.Contains("fieldSelector=type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_KindThatIsForbidden_KeepsTheSourceFromBeingReadyAndIsNamed()
    {
        var forbidden = true;
        Server.Script = async e =>
        {
            if (!forbidden || e.Path != "/api/v1/nodes")
                return false;
            await e.FailAsync(403, "Forbidden", "nodes is forbidden");
            return true;
        };
        Start();
        await Sink.Until(_ => Source.Diagnostics.Any(d => d.Kind == "Node" && d.Message.Contains("nodes is forbidden", StringComparison.Ordinal)));
        Assert.Equal(0, Sink.Synced.Times);
        forbidden = false;
        await Sink.Until(s => s.Synced.Times == 1);
        await Sink.Until(_ => Source.Diagnostics.Count == 0);
    }

    private static ConfigObject? VirtualService(RecordingSink sink) => sink.Snapshot.Table(Tables.Config("VirtualService")).Find(new ObjectKey("n", "v"));

    private static Dictionary<string, string[]> Served() => ResourceCatalog.All
        .SelectMany(a => a.Kind.Versions.Select(v => (Version: a.Kind.ApiVersionOf(v), a.Kind.Plural)))
        .GroupBy(k => k.Version).ToDictionary(g => g.Key, g => g.Select(k => k.Plural).ToArray());

    private void Start() => Run();

    private void Load(EmbeddedTree tree)
    {
        foreach (var file in tree.List().Files)
        {
            foreach (var document in DocumentSplitter.Split(System.Text.Encoding.UTF8.GetString(tree.Read(file, int.MaxValue).Content!)))
            {
                var json = System.Text.Encoding.UTF8.GetString(NodeWriter.Write(YamlReader.Read(document.Text, YamlLimits.Default)!).Span);
                var value = JsonNode.Parse(json)!;
                var apiVersion = value["apiVersion"]!.GetValue<string>();
                var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
                var kind = ResourceCatalog.Find(group, value["kind"]!.GetValue<string>())!.Kind;
                Server.Put($"{(group.Length == 0 ? "/api" : "/apis")}/{apiVersion}/{kind.Plural}", json);
            }
        }
    }
}
