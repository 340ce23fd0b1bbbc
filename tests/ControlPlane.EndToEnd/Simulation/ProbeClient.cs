using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ControlPlane.Testing.Network;
using ControlPlane.Translation.Simulation;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>Makes the connection of a probe.</summary>
internal static class ProbeClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private static int _opened;

    /// <summary>What is neither TLS nor HTTP.</summary>
    private static readonly byte[] Nonsense = [5, 1, 0, 13, 10, 13, 10];

    /// <summary>Sends it. The client's own address with port, and where there is one the location that the answer names.</summary>
    public static async Task<(string Client, string? Location)> SendAsync(NetworkNamespace pod, Probe probe)
    {
        using var limit = new CancellationTokenSource(Limit);
        var socket = Open(pod);
        try
        {
            await socket.ConnectAsync(probe.Connection.Destination, limit.Token);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return ("refused", null);
        }

        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var client = socket.LocalEndPoint!.ToString()!;
        try
        {
            if (probe.Connection.Tls is { } tls)
                return (client, await InTlsAsync(stream, tls, probe.Request, limit.Token));
            switch (probe.Connection.Content)
            {
                case ConnectionContent.Http1:
                    return (client, await AskAsync(stream, probe.Request!, limit.Token));
                case ConnectionContent.Http2:
                    return (client, await AskHttp2Async(stream, probe, limit.Token));
                default:
                    await stream.WriteAsync(Nonsense, limit.Token);
                    await stream.CopyToAsync(Stream.Null, limit.Token);
                    return (client, null);
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or AuthenticationException or HttpRequestException)
        {
            return (client, null);
        }
    }

    /// <summary>
    /// Every connection has a port of its own: interception leads all destinations to one, and what then looked the same would get another port, by
    /// which it can't be told in the log.
    /// </summary>
    private static Socket Open(NetworkNamespace pod)
    {
        const int First = 20000, Count = 40000;
        var socket = pod.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        socket.Bind(new IPEndPoint(IPAddress.Any, First + (Interlocked.Increment(ref _opened) % Count)));
        return socket;
    }

    private static async Task<string?> InTlsAsync(Stream stream, SimulatedTls offer, SimulatedRequest? request, CancellationToken stop)
    {
        await using var tls = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = offer.ServerName, RemoteCertificateValidationCallback = (_, _, _, _) => true };
        if (offer.ApplicationProtocols.Count > 0)
            options.ApplicationProtocols = [.. offer.ApplicationProtocols.Select(p => new SslApplicationProtocol(p))];
        await tls.AuthenticateAsClientAsync(options, stop);
        return request is null ? null : await AskAsync(tls, request, stop);
    }

    private static async Task<string?> AskAsync(Stream stream, SimulatedRequest request, CancellationToken stop)
    {
        var text = new StringBuilder($"{request.Method} {request.Path} HTTP/1.1\r\nHost: {request.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in request.Headers)
            text.Append($"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.Append("content-length: 0\r\n\r\n").ToString()), stop);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string? location = null;
        while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
        {
            if (line.StartsWith("location: ", StringComparison.OrdinalIgnoreCase))
                location = line["location: ".Length..];
        }

        await reader.ReadToEndAsync(stop);
        return location;
    }

    private static async Task<string?> AskHttp2Async(Stream stream, Probe probe, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectCallback = (_, _) => ValueTask.FromResult(stream) });
        var (asked, destination) = (probe.Request!, probe.Connection.Destination);
        using var request = new HttpRequestMessage(
            new HttpMethod(asked.Method), new Uri($"http://{destination}{asked.Path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = asked.Authority;
        foreach (var (name, value) in asked.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, stop);
        return response.Headers.TryGetValues("location", out var values) ? values.First() : null;
    }
}
