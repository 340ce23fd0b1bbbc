using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Proxies;

namespace ControlPlane.EndToEnd.Loading;

/// <summary>An Envoy with the server that leads it from one set of answers to the next.</summary>
internal sealed class LoadedEnvoy : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly LoadingAds _ads;
    private readonly EnvoyProcess _envoy;
    private readonly string _folder;

    private LoadedEnvoy(LoadingAds ads, EnvoyProcess envoy, string folder)
    {
        _ads = ads;
        _envoy = envoy;
        _folder = folder;
    }

    /// <summary>The Envoy.</summary>
    public EnvoyProcess Envoy => _envoy;

    /// <summary>Starts an Envoy that only loads: in a network of its own, with the statistics that say when it is done.</summary>
    public static Task<LoadedEnvoy> StartAsync()
    {
        var node = JsonNode.Parse(
            """
            {"id": "sidecar~10.1.0.11~web-v1-1.shop~shop.svc.cluster.local", "cluster": "web.shop",
             "metadata": {"NAMESPACE": "shop", "WORKLOAD_NAME": "web-v1", "CLUSTER_ID": "Kubernetes", "LABELS": {"app": "web"}}}
            """)!.AsObject();
        return StartAsync(node, "spiffe://cluster.local/ns/shop/sa/web", launcher: null, onlyLoads: true);
    }

    /// <summary>Starts an Envoy.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="identity">Its SPIFFE id.</param>
    /// <param name="launcher">What starts it, see <see cref="EnvoyProcess.Start"/>.</param>
    /// <param name="onlyLoads">Whether only the statistics of loading are kept.</param>
    public static async Task<LoadedEnvoy> StartAsync(JsonObject node, string identity, IReadOnlyList<string>? launcher, bool onlyLoads = false)
    {
        var folder = Directory.CreateTempSubdirectory("ads-").FullName;
        var ads = await LoadingAds.StartAsync(Path.Combine(folder, "ads.sock"), new WorkloadSecrets(identity));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
            File.SetUnixFileMode(ads.SocketPath, (UnixFileMode)0b110_110_110);
        }

        var bootstrap = SidecarBootstrap.Of(node, SidecarBootstrap.Pipe(ads.SocketPath), delta: true);
        if (onlyLoads)
        {
            bootstrap["stats_config"] = JsonNode.Parse(
                """{"stats_matcher": {"inclusion_list": {"patterns": [{"prefix": "cluster_manager."}, {"prefix": "listener_manager."}]}}}""");
        }

        return new LoadedEnvoy(ads, EnvoyProcess.Start(bootstrap, launcher), folder);
    }

    /// <summary>
    /// Loads the answers of many proxies, one after another, into one Envoy for the sidecars and one for the gateways; says what was wrong with
    /// which. Not one for both: Envoy 1.40 ends with a segmentation fault when a listener changes and by that begins to bind its port, which no
    /// proxy meets that stays what it is. A proxy with a fault gets its Envoy replaced, since what was refused would shade the next.
    /// </summary>
    public static async Task<IReadOnlyList<string>> LoadAllAsync(IReadOnlyList<LoadedProxy> proxies, Func<LoadedProxy, Answers> answersOf)
    {
        var problems = new List<string>();
        foreach (var kind in proxies.GroupBy(proxy => proxy.IsGateway))
        {
            var envoy = await StartAsync();
            try
            {
                foreach (var proxy in kind)
                {
                    if (await envoy.LoadAsync(answersOf(proxy)) is not { Count: > 0 } found)
                        continue;
                    problems.Add($"{proxy}: {string.Join("\n  ", found)}");
                    await envoy.DisposeAsync();
                    envoy = await StartAsync();
                }
            }
            finally
            {
                await envoy.DisposeAsync();
            }
        }

        return problems;
    }

    /// <summary>Loads answers; what is wrong with them: what Envoy refused, or what it still waits for after a time in which it should be done.</summary>
    public async Task<IReadOnlyList<string>> LoadAsync(Answers answers)
    {
        _ads.Lead(answers);
        var clock = Stopwatch.StartNew();
        List<string> waitsFor;
        do
        {
            if (_ads.TakeRefusals() is { Count: > 0 } refusals)
                return refusals;
            if (_envoy.HasExited)
                return ["Envoy died:\n" + string.Join('\n', _envoy.Log.Split('\n').TakeLast(12))];
            waitsFor = await WaitsForAsync(answers);
            if (waitsFor.Count == 0)
                return _ads.TakeRefusals();
            await Task.Delay(20);
        }
        while (clock.Elapsed < Limit);
        return [$"hangs after {Limit}: {string.Join("; ", waitsFor)}", await WarmingAsync()];
    }

    public async ValueTask DisposeAsync()
    {
        await _envoy.DisposeAsync();
        await _ads.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<List<string>> WaitsForAsync(Answers answers)
    {
        if (!await _envoy.IsLiveAsync())
            return ["not live"];
        List<string> waitsFor = [];
        var stats = await _envoy.StatsAsync("^(cluster_manager.(active|warming)_clusters|listener_manager.total_listeners_(active|warming))$");
        if (_ads.Unanswered is { Count: > 0 } unanswered)
            waitsFor.Add("unanswered " + string.Join(", ", unanswered));
        Expect("cluster_manager.warming_clusters", 0);
        Expect("cluster_manager.active_clusters", answers[XdsType.Cluster].Count + 1);
        Expect("listener_manager.total_listeners_warming", 0);
        Expect("listener_manager.total_listeners_active", answers[XdsType.Listener].Count);
        return waitsFor;

        void Expect(string name, long value)
        {
            if (stats.GetValueOrDefault(name, -1) is var actual && actual != value)
                waitsFor.Add($"{name} is {actual} instead of {value}");
        }
    }

    /// <summary>What of the configuration has not become active.</summary>
    private async Task<string> WarmingAsync()
    {
        var dump = JsonNode.Parse(await _envoy.AdminAsync("/config_dump"))!["configs"]!.AsArray();
        var clusters = dump.SelectMany(config => config!["dynamic_warming_clusters"]?.AsArray() ?? []).Select(c => c!["cluster"]!["name"]!.GetValue<string>());
        var listeners = dump.SelectMany(config => config!["dynamic_listeners"]?.AsArray() ?? [])
            .Where(l => l!["warming_state"] is not null || l["error_state"] is not null)
            .Select(l => l!["name"]!.GetValue<string>() + " " + l["error_state"]?["details"]);
        return $"warming: {string.Join(", ", clusters.Concat(listeners))}";
    }
}
