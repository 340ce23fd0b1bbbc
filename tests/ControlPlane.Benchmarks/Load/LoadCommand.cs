using System.Diagnostics;
using System.Globalization;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Benchmarks.Load;

/// <summary>
/// Measures the whole way of a change against a running control plane: start, cold sync, endpoint changes, changes that concern
/// nobody, reconnects. Prints one line per figure. Two processes share the machine: read ratios and per-unit costs.
/// </summary>
internal static class LoadCommand
{
    // Rounds before those that count: code that runs for the first time is slow, and what runs once in a round is compiled anew after its 30th.
    private const int WarmUp = 40;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = LoadOptions.Parse(args);
        var root = Directory.CreateTempSubdirectory("mesh-").FullName;
        try
        {
            var mesh = new MeshDirectory(root, options.Services, options.Endpoints, options.Proxies, options.VirtualServices);
            using var server = await ServerProcess.StartAsync(options.Executable, root);
            Print("start to ready", $"{server.StartTime.TotalMilliseconds:F0} ms, {server.Cpu.TotalMilliseconds:F0} CPU-ms, {server.PssKiB / 1024} MiB");
            await RunScenariosAsync(options, mesh, server);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Prints a figure.</summary>
    public static void Print(string what, FormattableString figures) =>
        Console.WriteLine($"{what,-28} {figures.ToString(CultureInfo.InvariantCulture)}");

    private static async Task RunScenariosAsync(LoadOptions options, MeshDirectory mesh, ServerProcess server)
    {
        var statistics = new LoadStatistics();
        var clients = Enumerable.Range(0, options.Proxies).Select(i => new DeltaClient(server.Xds, NodeOf(i), statistics)).ToArray();
        var first = clients.Take(MeshDirectory.Namespaces).ToArray();
        await SyncAsync("first proxy of each class", server, first, statistics, bringVersions: false);
        await Task.Delay(options.Idle);
        var one = server.PssKiB;
        await SyncAsync("cold start of the others", server, clients.Skip(first.Length).ToArray(), statistics, bringVersions: false);
        await Task.Delay(options.Idle);
        var slope = (server.PssKiB - one) / (double)Math.Max(options.Proxies - first.Length, 1);
        var (heap, committed) = (await server.MetricAsync("dotnet_gc_last_collection_heap_size_bytes"), await server.MetricAsync("dotnet_gc_last_collection_memory_committed_size_bytes"));
        Print("memory", $"{server.PssKiB / 1024} MiB, per proxy {slope:F1} KiB; managed heap {heap / 1e6:F1} MB, committed {committed / 1e6:F1} MB");
        if (options.Proxies > 0)
            await EndpointChangesAsync(options, mesh, server, statistics);
        await AnnotationChangesAsync(options, mesh, server, statistics);
        foreach (var edit in options.Edits)
            await RuleEdits.RunAsync(edit, options, mesh, server, statistics);
        foreach (var client in clients)
            await client.StopAsync();
        await Task.Delay(1000);
        await SyncAsync("reconnect, nothing changed", server, clients, statistics, bringVersions: true);
        foreach (var client in clients)
            client.Dispose();
    }

    private static async Task SyncAsync(string what, ServerProcess server, DeltaClient[] clients, LoadStatistics statistics, bool bringVersions)
    {
        statistics.Take();
        var cpu = server.Cpu;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(c => c.StartAsync(bringVersions)));
        if (bringVersions)
            await QuietAsync(clients, minimum: 1);
        else
            await Task.WhenAll(clients.Select(c => c.Synced.Task)).WaitAsync(TimeSpan.FromMinutes(3));
        var elapsed = watch.Elapsed;
        var used = server.Cpu - cpu;
        var (messages, _, resources) = statistics.Take();
        var bytes = clients.Sum(c => c.BytesReceived);
        Print(what, $"{clients.Length} clients, {elapsed.TotalSeconds:F2} s, {used.TotalMilliseconds:F0} CPU-ms, {bytes / 1e6:F2} MB, {messages} messages, {resources} resources");
    }

    /// <summary>Waits until every client had an answer and no more bytes come.</summary>
    private static async Task QuietAsync(DeltaClient[] clients, int minimum)
    {
        long before = -1;
        while (true)
        {
            var now = clients.Sum(c => c.BytesReceived);
            if (now == before && clients.All(c => c.Responses >= minimum))
                return;
            before = now;
            await Task.Delay(200);
        }
    }

    private static async Task EndpointChangesAsync(LoadOptions options, MeshDirectory mesh, ServerProcess server, LoadStatistics statistics)
    {
        await ChangeEndpointsAsync(WarmUp, 0, options, mesh, statistics);
        await Task.Delay(1000);
        statistics.Take();
        var cpu = server.Cpu;
        var allocated = await server.MetricAsync("dotnet_gc_heap_total_allocated_bytes_total");
        var times = await ChangeEndpointsAsync(options.Rounds, WarmUp, options, mesh, statistics);
        await Task.Delay(300);
        var used = server.Cpu - cpu;
        allocated = (await server.MetricAsync("dotnet_gc_heap_total_allocated_bytes_total") - allocated) / options.Rounds;
        var (messages, bytes, _) = statistics.Take();
        var last = times.Select(t => t[^1]).Order().ToArray();
        Print("endpoint change", $"file write to last of {options.Proxies}: median {Median(last):F1} ms, greatest {last[^1]:F1} ms; to the median proxy {Median(times.Select(Median)):F1} ms, to the first {Median(times.Select(t => t[0])):F1} ms");
        Print("endpoint change", $"{used.TotalMilliseconds / options.Rounds:F1} CPU-ms and {allocated / 1e6:F2} MB allocated each, {used.TotalMicroseconds / options.Rounds / options.Proxies:F1} us and {allocated / 1e3 / options.Proxies:F1} kB per proxy, {messages / (double)options.Rounds:F0} messages, {bytes / (double)messages:F0} bytes a message");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : 0;

    /// <summary>Changes an endpoint, waits for all clients, again and again; the milliseconds to each client, ascending, by round.</summary>
    private static async Task<List<double[]>> ChangeEndpointsAsync(int rounds, int before, LoadOptions options, MeshDirectory mesh, LoadStatistics statistics)
    {
        var result = new List<double[]>();
        for (var round = before + 1; round <= before + rounds; round++)
        {
            await Task.Delay(100);
            var arrivals = new System.Collections.Concurrent.ConcurrentQueue<long>();
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            statistics.Watch = (_, _) =>
            {
                arrivals.Enqueue(Stopwatch.GetTimestamp());
                if (arrivals.Count >= options.Proxies)
                    all.TrySetResult();
            };
            var start = Stopwatch.GetTimestamp();
            mesh.ChangeEndpoint(round % options.Services, round);
            await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
            result.Add([.. arrivals.Select(t => Stopwatch.GetElapsedTime(start, t).TotalMilliseconds).Order()]);
        }

        statistics.Watch = null;
        return result;
    }

    private static async Task AnnotationChangesAsync(LoadOptions options, MeshDirectory mesh, ServerProcess server, LoadStatistics statistics)
    {
        statistics.Take();
        var cpu = server.Cpu;
        for (var round = 1; round <= options.Rounds; round++)
        {
            mesh.ChangeAnnotation(round % options.Services, round);
            await Task.Delay(100);
        }

        var used = server.Cpu - cpu;
        Print("annotation change", $"{used.TotalMilliseconds / options.Rounds:F1} CPU-ms each, {statistics.Take().Messages} messages in all");
    }

    /// <summary>The node of a proxy.</summary>
    public static Node NodeOf(int index)
    {
        var ns = MeshDirectory.NamespaceOf(index);
        return new Node
        {
            Id = $"sidecar~{MeshDirectory.ProxyIp(index)}~client-{index}.{ns}~{ns}.svc.cluster.local",
            Cluster = $"client.{ns}",
            Metadata = new Struct
            {
                Fields =
                {
                    ["NAMESPACE"] = Value.ForString(ns),
                    ["CLUSTER_ID"] = Value.ForString("Kubernetes"),
                    ["ISTIO_VERSION"] = Value.ForString("1.32.0"),
                    ["INSTANCE_IPS"] = Value.ForString(MeshDirectory.ProxyIp(index)),
                    ["SERVICE_ACCOUNT"] = Value.ForString("client"),
                    ["NODE_NAME"] = Value.ForString("node-a"),
                    ["LABELS"] = Value.ForStruct(new Struct { Fields = { ["app"] = Value.ForString("client") } }),
                },
            },
        };
    }
}
