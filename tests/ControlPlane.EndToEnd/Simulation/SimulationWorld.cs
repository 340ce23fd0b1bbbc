using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Gateways;
using ControlPlane.EndToEnd.Loading;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Testing.Network;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Simulation;
using ControlPlane.Xds.Nodes;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Google.Protobuf;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>
/// An Envoy as sidecar in a pod whose traffic is intercepted, one as gateway in another, a client outside and a backend for all addresses. Both
/// Envoys are led from mesh to mesh.
/// </summary>
internal sealed class SimulationWorld : IAsyncDisposable
{
    public const string OutsideAddress = "10.3.0.7";

    private const string BackendAddress = "10.4.0.1";

    private static readonly ProxyCapabilities Core = new([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true);

    private readonly Stack<IAsyncDisposable> _started = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("simulation-").FullName;
    private readonly GatewayCertificate _certificate = new("secure.example.com");
    private LoadedEnvoy? _sidecar;
    private LoadedEnvoy? _gateway;
    private NetworkNamespace? _client;
    private NetworkNamespace? _outside;

    private SimulationWorld()
    {
    }

    public static async Task<SimulationWorld> StartAsync()
    {
        var world = new SimulationWorld();
        try
        {
            await world.StartAllAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leads both Envoys to the mesh of a seed and makes random requests; what simulation and Envoys do not agree about, a line each, and what became of the requests.</summary>
    public async Task<(IReadOnlyList<string> Differences, IReadOnlyDictionary<ExplanationOutcome, int> Outcomes)> CompareAsync(int seed, int requests)
    {
        var log = Path.Combine(_folder, $"access-{seed}.log");
        await File.WriteAllTextAsync(log, "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(log, (UnixFileMode)0b110_110_110);
        var mesh = new RandomMesh(seed, log, _certificate);
        var source = Path.Combine(_folder, $"mesh-{seed}");
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "mesh.yaml"), mesh.Yaml);
        var reading = DirectoryReader.Read(source, new DirectoryOptions());
        var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
        var translation = new OfflineTranslation(snapshot);
        var problems = new List<string>(reading.Diagnostics.Select(d => $"seed {seed}: {d}"));
        var sidecar = await LoadAsync(_sidecar!, translation, Node("sidecar", RandomMesh.ClientAddress, RandomMesh.ClientPod, "client"), problems);
        var gateway = await LoadAsync(_gateway!, translation, Node("router", RandomMesh.GatewayAddress, RandomMesh.GatewayPod, "edge"), problems);
        if (problems.Count > 0)
            return ([.. problems.Select(problem => $"seed {seed}: {problem}")], new Dictionary<ExplanationOutcome, int>());
        var probes = new RandomProbes(mesh);
        var all = Enumerable.Range(0, requests).Select(i => (i % 20) switch { < 13 => probes.Outbound(), < 15 => probes.Inbound(), _ => probes.Gateway() }).ToList();
        var sent = await SendAsync(all);
        var records = await ReadAsync(log, [.. sent.Where(s => Expected(s.Probe).Outcome != ExplanationOutcome.NotAccepted).Select(s => KeyOf(s))]);
        var differences = sent.SelectMany(s => Agreement.Check(Expected(s.Probe), records.GetValueOrDefault(KeyOf(s)), s.Location).Select(problem => $"seed {seed}: {s.Probe}: {problem}"));
        return ([.. differences], sent.CountBy(s => Expected(s.Probe).Outcome).ToDictionary());

        Explanation Expected(Probe probe) => Simulator.Explain(probe.Connection.Entry == ConnectionEntry.Direct ? gateway : sidecar, probe.Connection, probe.Request);
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var part))
            await part.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAllAsync()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        var network = Keep(await PodNetwork.StartAsync());
        _client = await network.AddPodAsync(RandomMesh.ClientAddress, intercepted: true);
        var edge = await network.AddPodAsync(RandomMesh.GatewayAddress, intercepted: false);
        _outside = await network.AddPodAsync(OutsideAddress, intercepted: false);
        Keep(await AnyBackend.StartAsync(await network.AddPodAsync(BackendAddress, intercepted: false)));
        _sidecar = Keep(await LoadedEnvoy.StartAsync(
            Node("sidecar", RandomMesh.ClientAddress, RandomMesh.ClientPod, "client"), "spiffe://cluster.local/ns/shop/sa/client", _client.ProxyLauncher, onlyLoads: true));
        _gateway = Keep(await LoadedEnvoy.StartAsync(
            Node("router", RandomMesh.GatewayAddress, RandomMesh.GatewayPod, "edge"), "spiffe://cluster.local/ns/shop/sa/edge", edge.ProxyLauncher, onlyLoads: true));
    }

    private static JsonObject Node(string type, string address, string pod, string app) => JsonNode.Parse(
        $$$"""
        {"id": "{{{type}}}~{{{address}}}~{{{pod}}}.shop~shop.svc.cluster.local", "cluster": "{{{app}}}.shop", "locality": {"region": "region-1", "zone": "zone-a"},
         "metadata": {"NAME": "{{{pod}}}", "NAMESPACE": "shop", "SERVICE_ACCOUNT": "{{{app}}}", "INSTANCE_IPS": "{{{address}}}",
           "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "AGENT": "none", "LABELS": {"app": "{{{app}}}"}} }
        """)!.AsObject();

    /// <summary>Gives an Envoy what it is to have of a mesh, and reads the same for the simulation.</summary>
    private static async Task<ProxyResources> LoadAsync(LoadedEnvoy envoy, OfflineTranslation translation, JsonObject node, List<string> problems)
    {
        var message = JsonParser.Default.Parse<global::Envoy.Config.Core.V3.Node>(node.ToJsonString());
        var proxy = NodeReader.Read(message) with { Capabilities = Core, SecretAccess = SecretAccess.Namespace };
        var config = translation.Translate(proxy);
        var secrets = config[XdsType.Listener].Resources.SelectMany(r => ServedSecrets.NamedBy(Listener.Parser.ParseFrom(r.Body.Span)))
            .Concat(config[XdsType.Cluster].Resources.SelectMany(r => ServedSecrets.NamedBy(Cluster.Parser.ParseFrom(r.Body.Span))));
        config = translation.Translate(proxy, new Dictionary<XdsType, NameSet> { [XdsType.Secret] = NameSet.From(secrets) });
        var answers = new Answers();
        var all = XdsTypes.All.SelectMany(type => config[type].Resources).ToList();
        foreach (var resource in all)
            answers.Add(resource.Type, resource.Name, UnsafeByteOperations.UnsafeWrap(resource.Body));
        problems.AddRange(await envoy.LoadAsync(answers));
        return ProxyResources.Read(all);
    }

    private async Task<IReadOnlyCollection<(Probe Probe, string Client, string? Location)>> SendAsync(IReadOnlyList<Probe> probes)
    {
        var sent = new ConcurrentBag<(Probe, string, string?)>();
        await Parallel.ForEachAsync(probes, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (probe, _) =>
        {
            var (client, location) = await ProbeClient.SendAsync(probe.Connection.Entry == ConnectionEntry.Outbound ? _client! : _outside!, probe);
            sent.Add((probe, client, location));
        });
        return sent;
    }

    private static string KeyOf((Probe Probe, string Client, string? Location) sent) => $"{sent.Client} {sent.Probe.Connection.Destination}";

    /// <summary>Reads the log until it has all that is waited for. Of several lines of a connection the last counts.</summary>
    private static async Task<Dictionary<string, AccessRecord>> ReadAsync(string log, HashSet<string> waitsFor)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var records = new Dictionary<string, AccessRecord>(StringComparer.Ordinal);
            foreach (var record in (await File.ReadAllLinesAsync(log)).Select(AccessRecord.Parse).OfType<AccessRecord>())
                records[$"{record.Client} {record.Destination}"] = record;
            if (waitsFor.All(records.ContainsKey) || clock.Elapsed > TimeSpan.FromSeconds(20))
                return records;
            await Task.Delay(100);
        }
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }
}
