using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ControlPlane.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>
/// The application of a pod. It tells its name, the path and the request's x-added header; fails with 500 where the header x-fail has its name;
/// waits as many milliseconds as the header x-wait says; and remembers what the header x-mark marked.
/// </summary>
internal sealed class TrafficBackend : IAsyncDisposable
{
    private readonly string _name;
    private readonly WebApplication _http;
    private readonly ConcurrentQueue<(string Mark, string Host)> _seen = new();
    private int _active;
    private int _mostActive;

    private TrafficBackend(string name, WebApplication http)
    {
        _name = name;
        _http = http;
    }

    /// <summary>How many requests that wait there were at most at one time.</summary>
    public int MostActive => Volatile.Read(ref _mostActive);

    public static async Task<TrafficBackend> StartAsync(NetworkNamespace pod, string name, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => pod.Run(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port));
        var app = builder.Build();
        var backend = new TrafficBackend(name, app);
        app.Run(backend.AnswerAsync);
        await app.StartAsync();
        return backend;
    }

    /// <summary>The hosts that requests of a mark named, in their order.</summary>
    public IReadOnlyList<string> HostsOf(string mark) => [.. _seen.Where(seen => seen.Mark == mark).Select(seen => seen.Host)];

    public async ValueTask DisposeAsync()
    {
        await _http.StopAsync(new CancellationToken(canceled: true));
        await _http.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Headers["x-mark"].ToString() is { Length: > 0 } mark)
            _seen.Enqueue((mark, request.Host.Value ?? ""));
        if (int.TryParse(request.Headers["x-wait"], CultureInfo.InvariantCulture, out var milliseconds))
            await WaitAsync(milliseconds, context.RequestAborted);
        if (request.Headers["x-fail"] == _name)
            response.StatusCode = StatusCodes.Status500InternalServerError;
        response.Headers["x-pod"] = _name;
        response.Headers["x-seen-path"] = request.Path + request.QueryString;
        response.Headers["x-seen-host"] = request.Host.Value;
        response.Headers["x-seen-added"] = request.Headers["x-added"];
        response.Headers["x-seen-removed"] = request.Headers["x-removed"];
        await response.WriteAsync(_name);
    }

    private async Task WaitAsync(int milliseconds, CancellationToken stop)
    {
        var active = Interlocked.Increment(ref _active);
        for (var most = MostActive; active > most; most = MostActive)
            Interlocked.CompareExchange(ref _mostActive, active, most);
        try
        {
            await Task.Delay(milliseconds, stop);
        }
        catch (OperationCanceledException)
        {
            // The proxy gave up waiting.
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }
    }
}
