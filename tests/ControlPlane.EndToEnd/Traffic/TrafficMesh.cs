using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>
/// The control plane that users start, a client with an Envoy as sidecar in zone-a, and two backends without: web-1 of version v1 in zone-a and
/// web-2 of version v2 in zone-b, which are the endpoints of all services.
/// </summary>
internal sealed class TrafficMesh : IAsyncDisposable
{
    public static readonly (string Pod, string Address) Web1 = ("web-1", "10.1.0.11"), Web2 = ("web-2", "10.1.0.12");

    private const string ClientPod = "client-1", ClientAddress = "10.2.0.99";
    private const int Target = 8080, XdsPort = 15010;

    private readonly Stack<IAsyncDisposable> _started = new();
    private HttpClient? _http;
    private SidecarEnvoy? _sidecar;
    private TrafficBackend? _v1;
    private TrafficBackend? _v2;

    private TrafficMesh()
    {
    }

    /// <summary>The source of the control plane.</summary>
    public MeshDirectory Objects { get; } = new();

    /// <summary>The client's proxy.</summary>
    public SidecarEnvoy Sidecar => _sidecar!;

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

    /// <summary>A request from the client's application to the address of a service.</summary>
    public async Task<TrafficReply> SendAsync(string service, string path = "/", HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"http://{AddressOf(service)}:{TrafficObjects.Services[service]}{path}");
        request.Headers.Host = $"{service}.shop:{TrafficObjects.Services[service]}";
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var watch = Stopwatch.StartNew();
        using var response = await _http!.SendAsync(request);
        return new TrafficReply((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(), watch.Elapsed);
    }

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
    public async Task<(int Succeeded, IReadOnlyCollection<string> Failures)> UnderLoadAsync(string service, Func<Task> action)
    {
        var (succeeded, failures) = (0, new ConcurrentQueue<string>());
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var reply = await SendAsync(service);
                    if (reply.IsSuccess)
                        Interlocked.Increment(ref succeeded);
                    else
                        failures.Enqueue($"{reply.Status} {reply.Body}");
                }
                catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or OperationCanceledException)
                {
                    failures.Enqueue(fault.Message);
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
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"the last answer was {reply}");
        }
    }

    /// <summary>A counter or gauge of the proxy for a service's cluster.</summary>
    public async Task<long> StatOfAsync(string service, string stat) =>
        (await Sidecar.StatsAsync($@"outbound\|{TrafficObjects.Services[service]}\|\|{service}\.shop\..*{stat}$")).Values.Sum();

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        while (_started.TryPop(out var part))
            await part.DisposeAsync();
        Objects.Dispose();
    }

    private static string AddressOf(string service) => $"10.96.1.{TrafficObjects.Services.Keys.ToList().IndexOf(service) + 1}";

    private async Task StartAllAsync()
    {
        WriteObjects();
        var network = Keep(await PodNetwork.StartAsync());
        Keep(await ControlPlaneProcess.StartAsync(
            Objects.Path, ["--xds-address", $"*:{XdsPort}", "--http-address", "127.0.0.1:8080", "--monitoring-address", "127.0.0.1:15014"], network.Hub.Launcher));
        _v1 = Keep(await TrafficBackend.StartAsync(await network.AddPodAsync(Web1.Address, intercepted: false), Web1.Pod, Target));
        _v2 = Keep(await TrafficBackend.StartAsync(await network.AddPodAsync(Web2.Address, intercepted: false), Web2.Pod, Target));
        var client = await network.AddPodAsync(ClientAddress, intercepted: true);
        _sidecar = Keep(await SidecarEnvoy.StartAsync(client, ClientPod, SidecarBootstrap.Of(Node(), SidecarBootstrap.Tcp(PodNetwork.ControlPlaneAddress, XdsPort), delta: true)));
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (context, stop) => new NetworkStream(
                await client.ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), stop), ownsSocket: true),
        })
        {
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    private void WriteObjects()
    {
        Objects.WritePlaintextMesh();
        Objects.WriteNode("node-a", "zone-a");
        Objects.WriteNode("node-b", "zone-b");
        Objects.WritePod(ClientPod, ClientAddress, "v1", app: "client");
        Objects.WritePod(Web1.Pod, Web1.Address, "v1");
        Objects.WritePod(Web2.Pod, Web2.Address, "v2", node: "node-b");
        foreach (var (service, port) in TrafficObjects.Services)
        {
            Objects.WriteService(service, AddressOf(service), ("http", port, Target));
            WriteEndpoints(service, Web1, Web2);
        }

        Objects.Write("traffic", TrafficObjects.All);
    }

    private static JsonObject Node() => JsonNode.Parse(
        $$$"""
        {"id": "sidecar~{{{ClientAddress}}}~{{{ClientPod}}}.shop~shop.svc.cluster.local", "cluster": "client.shop", "locality": {"region": "region-1", "zone": "zone-a"},
         "metadata": {"NAME": "{{{ClientPod}}}", "NAMESPACE": "shop", "SERVICE_ACCOUNT": "client", "WORKLOAD_NAME": "client", "INSTANCE_IPS": "{{{ClientAddress}}}",
           "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "AGENT": "none", "LABELS": {"app": "client"}} }
        """)!.AsObject();

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }
}
