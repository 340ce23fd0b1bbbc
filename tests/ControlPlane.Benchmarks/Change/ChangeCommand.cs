using System.Globalization;
using ControlPlane.Benchmarks.Load;
using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Benchmarks.Change;

/// <summary>
/// What one endpoint change costs before any proxy is told, by stage: the directory as source (notification, reading, parsing) and the
/// engine (snapshot, derived values, mailboxes). In this process, without the network.
/// </summary>
internal static class ChangeCommand
{
    // More than the calls after which the runtime compiles a method anew, which it does in the background.
    private const int WarmUp = 100;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    public static int Run(string[] args)
    {
        var options = LoadOptions.Parse(args);
        var pause = Array.IndexOf(args, "--pause") is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 20;
        var root = Directory.CreateTempSubdirectory("change-").FullName;
        try
        {
            var mesh = new MeshDirectory(root, options.Services, options.Endpoints, options.Proxies, options.VirtualServices);
            var (initial, changes) = MeasureSource(options, pause, mesh);
            MeasureEngine(options, pause, initial, changes);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static (IReadOnlyList<ModelChange> Initial, List<ModelChange> Changes) MeasureSource(LoadOptions options, int pause, MeshDirectory mesh)
    {
        using var sink = new RecordingSink();
        using var stop = new CancellationTokenSource();
        var running = new DirectorySource(mesh.Root, new DirectoryOptions(), TimeProvider.System).RunAsync(sink, stop.Token);
        sink.WaitUntilSynced();
        var initial = sink.Take();
        Console.WriteLine($"{initial.Count} objects, {options.Proxies} proxies, {options.Rounds} rounds, {pause} ms between changes");
        var changes = new List<ModelChange>();
        Measure("source", options, pause, round =>
        {
            mesh.ChangeEndpoint(round % options.Services, round);
            changes.AddRange(sink.Take());
        });
        var before = ThreadTimes.Now();
        Thread.Sleep(IdleTime);
        LoadCommand.Print("source, no changes", $"{ThreadTimes.Now().Since(before).Microseconds / IdleTime.TotalSeconds,8:F0} CPU-us a second");
        stop.Cancel();
        running.Wait();
        return (initial, changes);
    }

    private static void MeasureEngine(LoadOptions options, int pause, IReadOnlyList<ModelChange> initial, List<ModelChange> changes)
    {
        using var observer = new AppliedObserver();
        using var engine = new MeshEngine(TimeProvider.System, observer);
        engine.Apply(initial);
        engine.MarkSynced();
        observer.Wait();
        var stream = new Stream();
        var names = NameSet.From(Enumerable.Range(0, options.Services).Select(MeshDirectory.ClusterOf));
        for (var i = 0; i < options.Proxies; i++)
        {
            var session = engine.Connect(ProxyOf(i), stream);
            session.SetInterest(XdsType.Cluster, new Interest(true, NameSet.Empty));
            session.SetInterest(XdsType.Listener, new Interest(true, NameSet.Empty));
            session.SetInterest(XdsType.Route, new Interest(false, NameSet.From(["80"])));
            session.SetInterest(XdsType.Endpoint, new Interest(false, names));
        }

        engine.GetStatisticsAsync().Wait();
        var next = 0;
        stream.Told = 0;
        Measure("engine", options, pause, _ =>
        {
            engine.Apply([changes[next++]]);
            observer.Wait();
        });
        if (stream.Told != next * options.Proxies)
            throw new InvalidOperationException($"{stream.Told} times a proxy was told of {next} changes");
    }

    /// <summary>Repeats a step and prints what it costs other threads than this one.</summary>
    private static void Measure(string what, LoadOptions options, int pause, Action<int> step)
    {
        for (var round = 1; round <= WarmUp; round++)
            step(round);
        Thread.Sleep(1000);
        GC.Collect();
        var (before, bytes, own) = (ThreadTimes.Now(), GC.GetTotalAllocatedBytes(true), GC.GetAllocatedBytesForCurrentThread());
        for (var round = WarmUp + 1; round <= WarmUp + options.Rounds; round++)
        {
            Thread.Sleep(pause);
            step(round);
        }

        Thread.Sleep(pause);
        own = GC.GetAllocatedBytesForCurrentThread() - own;
        bytes = GC.GetTotalAllocatedBytes(true) - bytes - own;
        var times = ThreadTimes.Now().Since(before);
        LoadCommand.Print(what, $"{times.Microseconds / options.Rounds,8:F0} CPU-us {bytes / 1e3 / options.Rounds,8:F1} kB a change ({times.By(options.Rounds)})");
    }

    private static ProxyDescriptor ProxyOf(int index)
    {
        var ns = MeshDirectory.NamespaceOf(index);
        return new ProxyDescriptor
        {
            Id = $"sidecar~{MeshDirectory.ProxyIp(index)}~client-{index}.{ns}~{ns}.svc.cluster.local",
            IpAddresses = new[] { MeshDirectory.ProxyIp(index) }.ToEquatableArray(),
            Namespace = ns,
            PodName = $"client-{index}",
            DnsDomain = $"{ns}.svc.cluster.local",
            ServiceAccount = "client",
            ClusterId = "Kubernetes",
            NodeName = "node-a",
            IstioVersion = "1.32.0",
            Labels = LabelMap.From([KeyValuePair.Create("app", "client")]),
        };
    }

    private sealed class Stream : IConfigObserver
    {
        public int Told { get; set; }

        public void OnConfig(EncodedConfig config) => Told++;
    }
}
