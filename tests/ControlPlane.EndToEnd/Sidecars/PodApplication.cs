using System.Net;
using System.Net.Sockets;
using ControlPlane.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>
/// The application of a pod. Its HTTP ports answer with what reached them; its TCP ports greet with the pod's name and send back what they get.
/// </summary>
internal sealed class PodApplication : IAsyncDisposable
{
    private readonly WebApplication _http;
    private readonly List<Socket> _listeners = [];

    private PodApplication(WebApplication http) => _http = http;

    public static async Task<PodApplication> StartAsync(NetworkNamespace pod, string name, int[] http1, int[] http2, int[] tcp)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => pod.Run(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var port in http1)
                kestrel.Listen(IPAddress.Any, port, listen => listen.Protocols = HttpProtocols.Http1);
            foreach (var port in http2)
                kestrel.Listen(IPAddress.Any, port, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.MapGet("/{**path}", (HttpContext context) => new PodReply(
            name,
            context.Request.Protocol,
            context.Request.Headers["x-forwarded-client-cert"].ToString(),
            context.Request.Headers["x-request-id"].ToString()));
        await app.StartAsync();
        var application = new PodApplication(app);
        foreach (var port in tcp)
            application.ServeTcp(pod, name, port);
        return application;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        await _http.StopAsync(new CancellationToken(canceled: true));
        await _http.DisposeAsync();
    }

    private void ServeTcp(NetworkNamespace pod, string name, int port)
    {
        var listener = pod.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen();
            return socket;
        });
        _listeners.Add(listener);
        _ = AcceptAsync(listener, name);
    }

    private static async Task AcceptAsync(Socket listener, string name)
    {
        try
        {
            while (true)
                _ = EchoAsync(await listener.AcceptAsync(), name);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task EchoAsync(Socket socket, string name)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
            while (await reader.ReadLineAsync() is { } line)
                await writer.WriteLineAsync($"{name} {line}");
        }
        catch (IOException)
        {
            // The client is gone.
        }
    }
}
