using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>Requests without pause from inside a pod, over kept and over fresh HTTP connections and over TCP; knows who answered and what failed.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Lock _lock = new();
    private readonly List<(Func<string, string, bool> Condition, TaskCompletionSource Met)> _waiting = [];
    private readonly HttpClient _kept;
    private readonly HttpClient _fresh;
    private readonly Task _workers;
    private int _succeeded;

    public SteadyLoad(NetworkNamespace client, string address, int httpPort, int tcpPort)
    {
        _kept = client.NewHttpClient();
        _fresh = client.NewHttpClient(pooledConnectionLifetime: TimeSpan.Zero);
        var url = new Uri($"http://{address}:{httpPort}/");
        var tcp = new IPEndPoint(IPAddress.Parse(address), tcpPort);
        _workers = Task.WhenAll(
            WorkAsync("http", () => GetAsync(_kept, url)),
            WorkAsync("http", () => GetAsync(_kept, url)),
            WorkAsync("http", () => GetAsync(_fresh, url)),
            WorkAsync("tcp", () => AskAsync(client, tcp)),
            WorkAsync("tcp", () => AskAsync(client, tcp)));
    }

    /// <summary>How many requests were answered.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Those that were not, and why.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits until a pod has answered over HTTP and over TCP.</summary>
    public async Task WaitForAnswerOfAsync(string pod)
    {
        foreach (var kind in (string[])["http", "tcp"])
            await WaitAsync($"an answer of {pod} over {kind}", (k, p) => k == kind && p == pod);
    }

    /// <summary>Waits until a pod has not answered for a while, measured in answers of others.</summary>
    public async Task WaitForSilenceOfAsync(string pod)
    {
        var others = 0;
        await WaitAsync($"silence of {pod}", (_, p) => (others = p == pod ? 0 : others + 1) >= 200);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        _kept.Dispose();
        _fresh.Dispose();
        _stop.Dispose();
    }

    private static async Task<string> GetAsync(HttpClient http, Uri url)
    {
        using var response = await http.GetAsync(url);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<PodReply>())!.Pod;
    }

    private static async Task<string> AskAsync(NetworkNamespace client, IPEndPoint target)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = await client.ConnectAsync(target, limit.Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("hello\n"u8.ToArray(), limit.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(limit.Token) is { } line ? line.Split(' ')[0] : throw new IOException("the connection was closed without an answer");
    }

    private async Task WorkAsync(string kind, Func<Task<string>> request)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var pod = await request();
                Interlocked.Increment(ref _succeeded);
                Tell(kind, pod);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                _failures.Enqueue($"{DateTime.UtcNow:HH:mm:ss.fff} {kind}: {e.Message}");
            }
        }
    }

    private void Tell(string kind, string pod)
    {
        lock (_lock)
        {
            foreach (var waiting in _waiting.Where(w => w.Condition(kind, pod)).ToList())
            {
                waiting.Met.TrySetResult();
                _waiting.Remove(waiting);
            }
        }
    }

    private async Task WaitAsync(string what, Func<string, string, bool> condition)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((condition, met));
        }

        try
        {
            await met.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no {what} within {Limit}; {Succeeded} answers, failures: {string.Join("; ", Failures.Take(5))}");
        }
    }
}
