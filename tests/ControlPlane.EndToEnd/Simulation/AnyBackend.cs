using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ControlPlane.Testing.Network;
using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>
/// A server on every port of every endpoint and service address: it answers requests of HTTP/1.1, and tells whatever else comes that it is none,
/// which clients of TLS and HTTP/2 know for a fault of the protocol.
/// </summary>
internal sealed class AnyBackend : IAsyncDisposable
{
    private const int Port = 7777;

    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"u8.ToArray(), Refusal = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"u8.ToArray();

    private readonly Socket _listener;
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Task _accepting;

    private AnyBackend(Socket listener)
    {
        _listener = listener;
        _accepting = AcceptAsync();
    }

    /// <summary>Starts it in a pod, which then stands for 10.1/16 and 10.96/12.</summary>
    public static async Task<AnyBackend> StartAsync(NetworkNamespace pod)
    {
        var script = $"""
            ip netns exec {pod.Name} ip route add local 10.1.0.0/16 dev lo
            ip netns exec {pod.Name} ip route add local 10.96.0.0/12 dev lo
            ip netns exec {pod.Name} iptables -t nat -A PREROUTING -p tcp -j REDIRECT --to-ports {Port}
            """;
        var (exitCode, output) = await ExternalProcess.RunAsync("sh", ["-e", "-c", script], TimeSpan.FromSeconds(20));
        Assert.True(exitCode == 0, output);
        return new AnyBackend(pod.Run(() =>
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Any, Port));
            listener.Listen(512);
            return listener;
        }));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var socket in _open.Keys)
            socket.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // It ends.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        _open[socket] = true;
        var (buffer, length) = (new byte[16384], 0);
        try
        {
            while (length < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var read)
            {
                length += read;
                if (buffer[0] is < (byte)'A' or > (byte)'Z' || buffer.AsSpan(0, length).StartsWith("PRI"u8))
                {
                    await socket.SendAsync(Refusal);
                    break;
                }

                for (var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8); end >= 0; end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8))
                {
                    // Proxies of HTTP take that header away: who sends it is the client itself.
                    var isLast = buffer.AsSpan(0, end).IndexOf("Connection: close"u8) >= 0;
                    buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                    length -= end + 4;
                    await socket.SendAsync(Answer);
                    if (isLast)
                        return;
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The other side went.
        }
        finally
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }
}
