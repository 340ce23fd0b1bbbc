using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>
/// The control plane that users start, two clients with an Envoy as sidecar in zone-a, of which the second speaks state of the world, and two
/// backends without: web-1 of version v1 in zone-a and web-2 of version v2 in zone-b, which are the endpoints of all services.
/// </summary>
internal sealed class TrafficMesh : IAsyncDisposable
{
    public static readonly (string Pod, string Address) Web1 = ("web-1", "10.1.0.11"), Web2 = ("web-2", "10.1.0.12");

    private static readonly (string Pod, string Address) Client1 = ("client-1", "10.2.0.99"), Client2 = ("client-2", "10.2.0.98");

    private const int Target = 8080, XdsPort = 15010;

    private readonly Stack<IAsyncDisposable> _started = new();
    private readonly List<TrafficClient> _clients = [];
    private PodNetwork? _network;
    private ControlPlaneProcess? _controlPlane;
    private TrafficBackend? _v1;
    private TrafficBackend? _v2;

    private TrafficMesh()
    {
    }

    /// <summary>The source of the control plane.</summary>
    public MeshDirectory Objects { get; } = new();

    /// <summary>The proxy of the first client.</summary>
    public SidecarEnvoy Sidecar => _clients[0].Sidecar;

    /// <summary>The proxy of the second client.</summary>
    public SidecarEnvoy StateOfTheWorldSidecar => _clients[1].Sidecar;

    public TrafficBackend V1 => _v1!;

    public TrafficBackend V2 => _v2!;

    public static async Task<TrafficMesh> StartAsync()
    {
        var mesh = new TrafficMesh();
        try
        {
            await mesh.StartAllAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes which pods are endpoints of a service.</summary>
    public void WriteEndpoints(string service, params (string Pod, string Address)[] endpoints) => Objects.WriteEndpoints(service, [("http", Target)], endpoints);

    /// <summary>A request from the first client's application to the address of a service.</summary>
    public Task<TrafficReply> SendAsync(string service, string path = "/", HttpMethod? method = null, params (string Name, string Value)[] headers) =>
        SendAsync(_clients[0], service, path, method, headers);

    /// <summary>Sends the same request a number of times, eight at a time.</summary>
    public async Task<IReadOnlyList<TrafficReply>> SendManyAsync(int count, string service, string path = "/", params (string Name, string Value)[] headers)
    {
        var replies = new ConcurrentBag<TrafficReply>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, _) => replies.Add(await SendAsync(service, path, headers: headers)));
        return [.. replies];
    }

    /// <summary>Asks a service without pause, four at a time, while something is done: how many answers there were and what failed.</summary>
    public async Task<(int Succeeded, IReadOnlyCollection<string> Failures)> UnderLoadAsync(string service, Func<Task> action, bool onlyDelta = false)
    {
        var (succeeded, failures) = (0, new ConcurrentQueue<string>());
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 4).Select(i => onlyDelta ? _clients[0] : _clients[i % 2]).Select(client => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var reply = await SendAsync(client, service);
                    if (reply.IsSuccess)
                        Interlocked.Increment(ref succeeded);
                    else
                        failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} client {_clients.IndexOf(client) + 1}: {reply.Status} {reply.Body}");
                }
                catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or OperationCanceledException)
                {
                    failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} client {_clients.IndexOf(client) + 1}: {fault.Message}");
                }
            }
        })).ToList();
        try
        {
            await action();
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workers);
        }

        return (succeeded, failures);
    }

    /// <summary>Sends a request again and again until its answer is right.</summary>
    public async Task UntilAsync(string service, Func<TrafficReply, bool> isRight, params (string Name, string Value)[] headers)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var reply = await SendAsync(service, headers: headers);
            if (isRight(reply))
                return;
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"the last answer was {reply}");
        }
    }

    /// <summary>Sends a request from each client again and again until its answer is right.</summary>
    public async Task UntilAllAsync(string service, Func<TrafficReply, bool> isRight)
    {
        var watch = Stopwatch.StartNew();
        foreach (var client in _clients)
        {
            while (await SendAsync(client, service) is var reply && !isRight(reply))
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"the last answer was {reply}");
        }
    }

    /// <summary>Does something with each proxy.</summary>
    public async Task ForEachSidecarAsync(Func<SidecarEnvoy, Task> action)
    {
        foreach (var client in _clients)
            await action(client.Sidecar);
    }

    /// <summary>What the proxies have refused.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync() =>
        [.. (await Task.WhenAll(_clients.Select(client => client.Sidecar.RefusalsAsync()))).SelectMany(refusals => refusals)];

    /// <summary>Starts the control plane again, after something was done while there is none.</summary>
    public async Task RestartControlPlaneAsync(Action whileDown, params string[] options)
    {
        await _controlPlane!.DisposeAsync();
        whileDown();
        await StartControlPlaneAsync(options);
    }

    /// <summary>A counter or gauge of the proxy for a service's cluster.</summary>
    public async Task<long> StatOfAsync(string service, string stat) =>
        (await Sidecar.StatsAsync($@"outbound\|{TrafficObjects.Services[service]}\|\|{service}\.shop\..*{stat}$")).Values.Sum();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        if (_controlPlane is not null)
            await _controlPlane.DisposeAsync();
        while (_started.TryPop(out var part))
            await part.DisposeAsync();
        Objects.Dispose();
    }

    private static string AddressOf(string service) => $"10.96.1.{TrafficObjects.Services.Keys.ToList().IndexOf(service) + 1}";

    private async Task StartAllAsync()
    {
        WriteObjects();
        _network = Keep(await PodNetwork.StartAsync());
        await StartControlPlaneAsync();
        _v1 = Keep(await TrafficBackend.StartAsync(await _network.AddPodAsync(Web1.Address, intercepted: false), Web1.Pod, Target));
        _v2 = Keep(await TrafficBackend.StartAsync(await _network.AddPodAsync(Web2.Address, intercepted: false), Web2.Pod, Target));
        await AddClientAsync(Client1.Pod, Client1.Address);
        await AddClientAsync(Client2.Pod, Client2.Address);
    }

    private async Task AddClientAsync(string pod, string address) => _clients.Add(
        await TrafficClient.StartAsync(await _network!.AddPodAsync(address, intercepted: true), pod, address, XdsPort, delta: pod == Client1.Pod));

    private async Task StartControlPlaneAsync(params string[] options) => _controlPlane = await ControlPlaneProcess.StartAsync(
        Objects.Path,
        ["--xds-address", $"*:{XdsPort}", "--http-address", "127.0.0.1:8080", "--monitoring-address", "127.0.0.1:15014", .. options],
        _network!.Hub.Launcher);

    private static Task<TrafficReply> SendAsync(
        TrafficClient client, string service, string path = "/", HttpMethod? method = null, params (string Name, string Value)[] headers) =>
        client.SendAsync(service, AddressOf(service), TrafficObjects.Services[service], path, method ?? HttpMethod.Get, headers);

    private void WriteObjects()
    {
        Objects.WritePlaintextMesh();
        Objects.WriteNode("node-a", "zone-a");
        Objects.WriteNode("node-b", "zone-b");
        Objects.WritePod(Client1.Pod, Client1.Address, "v1", app: "client");
        Objects.WritePod(Client2.Pod, Client2.Address, "v1", app: "client");
        Objects.WritePod(Web1.Pod, Web1.Address, "v1");
        Objects.WritePod(Web2.Pod, Web2.Address, "v2", node: "node-b");
        foreach (var (service, port) in TrafficObjects.Services)
        {
            Objects.WriteService(service, AddressOf(service), ("http", port, Target));
            WriteEndpoints(service, Web1, Web2);
        }

        Objects.Write("traffic", TrafficObjects.All);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }
}
