using System.Net;
using System.Net.Sockets;
using ControlPlane.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Http2.Tests.Sockets;

/// <summary>A connection of the transport and the socket at its other end.</summary>
internal sealed class SocketPair : IAsyncDisposable
{
    private readonly IConnectionListener _listener;

    private SocketPair(IConnectionListener listener, ConnectionContext connection, Socket peer) => (_listener, Connection, Peer) = (listener, connection, peer);

    public ConnectionContext Connection { get; }

    public Socket Peer { get; }

    public static SocketTransport Transport() => new(Options.Create(new SocketTransportOptions()), null, NullLoggerFactory.Instance);

    public static async Task<SocketPair> ConnectAsync()
    {
        var listener = await Transport().BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await peer.ConnectAsync(listener.EndPoint);
        return new SocketPair(listener, (await listener.AcceptAsync())!, peer);
    }

    /// <summary>Reads at the other end until the end, or so many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int most = int.MaxValue)
    {
        using var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (received.Length < most && await Peer.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - received.Length))) is > 0 and var count)
            received.Write(buffer, 0, count);
        return received.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _listener.DisposeAsync();
        Peer.Dispose();
    }
}
