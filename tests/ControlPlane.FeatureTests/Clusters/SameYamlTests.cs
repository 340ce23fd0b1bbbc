using ControlPlane.Commands.Translate;
using ControlPlane.FeatureTests.Conformance;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;
using Xunit.Abstractions;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>The same objects on a real API server and in a directory give the same bytes.</summary>
[Collection(ClusterCollection.Name)]
public sealed class SameYamlTests(ITestOutputHelper output)
{
    /// <summary>Compared in every run: it names ConfigMaps.</summary>
    private const string Always = "gwapi-backend-tls-policy";

    /// <summary>Each how many-th of the shared cases is compared: all, some three minutes, where CONTROLPLANE_CLUSTER_CASES=1 says so or figures are measured.</summary>
    private static readonly int Step = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_CLUSTER_CASES"), out var step) ? step
        : new FiguresFactAttribute().Skip is null ? 1 : 30;

    /// <summary>Why server 1.20 can't hold some of the inputs: what it says of them, and what that means. No other reason counts.</summary>
    private static readonly (string Says, string Means)[] Refusals =
    [
        ("drops .spec.clusterIPs[1]", "has one family of addresses"),
        ("drops .spec.internalTrafficPolicy", "is older than the field (1.21)"),
        ("drops .spec.trafficDistribution", "is older than the field (1.30)"),
        ("drops .metadata.deletionTimestamp", "only the server itself says that an object is being deleted"),
        ("object is being deleted", "the object of the case before is still going"),
        ("a valid label must be", "no API server takes the label"),
        ("spec.ports: Invalid value", "mixes no protocols in a load balancer (1.26)"),
        ("annotations.kubernetes.io/ingress.class: Invalid value", "no API server takes class and annotation at once"),
        ("targetPort: Invalid value", "no API server takes digits as the name of a port"),
        ("failed to allocated ip", "no API server gives one address to two Services"),
        ("cannot be handled as a PeerAuthentication", "no API server takes a name that is no text"),
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [ApiServerFact("crds")]
    public async Task Bookinfo_AppliedWithKubectl_GivesTheSameBytesAsItsDirectory()
    {
        await using var server = await RealApiServer.StartAsync();
        await DefineIstioKindsAsync(server);
        using var folder = new Folder();
        var sample = Repository.PathOf("deploy", "samples", "bookinfo");
        foreach (var file in Directory.GetFiles(sample, "*.yaml"))
            folder.Write(Path.GetFileName(file), (await File.ReadAllTextAsync(file)).Replace("discovery.k8s.io/v1\n", "discovery.k8s.io/v1beta1\n", StringComparison.Ordinal));
        // Once, since an object of one file may live in the namespace of a later one; what is there already stays as it is.
        await server.KubectlAsync("create", "namespace", "istio-system");
        await server.KubectlAsync("create", "namespace", "bookinfo");
        await server.KubectlAsync("apply", "--validate=false", "-f", folder.Path);
        var (files, refusal) = await new ClusterObjects(server, keepExisting: true).HoldAsync(folder.Path);
        Assert.True(files is not null, refusal);
        var node = folder.Write("node/node.json", Meshes.Node("productpage", "bookinfo"));
        Assert.Empty(await DifferencesAsync(server, files!, [(node, null)]));
    }

    [ApiServerFact("crds")]
    public async Task SharedCases_OnAnApiServer_GiveTheSameBytesAsTheirDirectories()
    {
        await using var server = await RealApiServer.StartAsync();
        // Those of the Gateway API have defaults that server 1.20 refuses: the kinds without their schemas.
        await server.ApplyAsync(string.Concat(ResourceCatalog.All.Where(a => a.Kind.Group == "gateway.networking.k8s.io").Select(a => ClusterYaml.Crd(a.Kind))));
        await DefineIstioKindsAsync(server);
        var objects = new ClusterObjects(server);
        var (equal, refused, different) = (0, new List<(string Case, string Says)>(), new List<string>());
        foreach (var name in ConformanceLists.CasesOf("*").Where((name, i) => i % Step == 0 || name == Always))
        {
            var folder = SharedDirectory.Path($"{ConformanceLists.Cases}/{name}");
            var (files, refusal) = await objects.HoldAsync($"{folder}/input");
            if (files is null)
            {
                refused.Add((name, refusal));
                continue;
            }

            var proxies = Directory.GetDirectories($"{folder}/proxies").Select(p => ($"{p}/node.json", File.Exists($"{p}/watch.json") ? $"{p}/watch.json" : null));
            var differences = await DifferencesAsync(server, files, [.. proxies]);
            if (differences.Count == 0)
                equal++;
            else
                different.Add($"{name}: {string.Join("; ", differences.Take(3))}");
        }

        output.WriteLine($"{equal} equal, {refused.Count} that the server can't hold, {different.Count} different");
        foreach (var (name, says) in refused)
            output.WriteLine($"{name}: the server {Refusals.FirstOrDefault(r => says.Contains(r.Says, StringComparison.Ordinal)).Means ?? "?"} ({says[..Math.Min(says.Length, 300)].Trim()})");
        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.Empty(refused.Where(r => !Refusals.Any(known => r.Says.Contains(known.Says, StringComparison.Ordinal))));
        Assert.True(equal > refused.Count * 4, string.Join('\n', refused));
    }

    private static async Task DefineIstioKindsAsync(RealApiServer server)
    {
        await server.KubectlAsync("create", "--validate=false", "-f", SharedDirectory.Path("crds/istio.yaml"));
        await server.KubectlAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=120s");
    }

    private static async Task<IReadOnlyList<string>> DifferencesAsync(RealApiServer server, IReadOnlyList<string> files, IReadOnlyList<(string Node, string? Watch)> proxies)
    {
        var (ofServer, ofFiles) = (await ReadAsync(server), ReadFiles(files));
        var (left, right) = (new OfflineTranslation(ofServer, null, static _ => []), new OfflineTranslation(ofFiles, null, static _ => []));
        return [.. proxies.SelectMany(p => Compare(p.Node, Collect(left, p), Collect(right, p)))];
    }

    private static async Task<MeshSnapshot> ReadAsync(RealApiServer server)
    {
        using var stop = new CancellationTokenSource();
        var sink = new SnapshotSink();
        using var source = new KubernetesCluster(
            KubeConfigReader.Read(server.AdminConfig, ""),
            new KubernetesOptions { Client = new ApiClientOptions { QueriesPerSecond = 10_000, Burst = 10_000 } }, TimeProvider.System, Random.Shared);
        var running = source.Source.RunAsync(sink, stop.Token);
        var snapshot = await sink.Complete.WaitAsync(Patience);
        await stop.CancelAsync();
        await running;
        return snapshot;
    }

    private static MeshSnapshot ReadFiles(IReadOnlyList<string> files)
    {
        using var folder = new Folder();
        for (var i = 0; i < files.Count; i++)
            folder.Write($"{i}.json", files[i]);
        return MeshSnapshot.Empty.Apply(DirectoryReader.Read(folder.Path, new DirectoryOptions()).Changes).Snapshot;
    }

    private static Dictionary<XdsType, IReadOnlyList<EncodedResource>> Collect(OfflineTranslation translation, (string Node, string? Watch) proxy) =>
        ClientWalk.Collect(translation, NodeFile.Read(proxy.Node), proxy.Watch is null ? null : WatchReader.Read(proxy.Watch));

    private static IEnumerable<string> Compare(
        string node, Dictionary<XdsType, IReadOnlyList<EncodedResource>> left, Dictionary<XdsType, IReadOnlyList<EncodedResource>> right)
    {
        foreach (var type in left.Keys.Union(right.Keys))
        {
            var mine = left.GetValueOrDefault(type, []).ToDictionary(r => r.Name);
            var theirs = right.GetValueOrDefault(type, []).ToDictionary(r => r.Name);
            foreach (var name in mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
            {
                if (!mine.TryGetValue(name, out var a) || !theirs.TryGetValue(name, out var b))
                    yield return $"{Path.GetFileName(Path.GetDirectoryName(node))} {type} {name}: only {(mine.ContainsKey(name) ? "of the server" : "of the files")}";
                else if (!a.Body.Span.SequenceEqual(b.Body.Span))
                    yield return $"{Path.GetFileName(Path.GetDirectoryName(node))} {type} {name}: not the same bytes";
            }
        }
    }
}
