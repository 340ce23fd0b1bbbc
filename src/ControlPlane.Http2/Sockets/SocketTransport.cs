using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Opens the addresses that were announced to it; all others are left to Kestrel's own transport, as are all where there is no epoll. Its connections read from their sockets and
/// write to them where the bytes are wanted and made, while Kestrel's have a pipe and a loop for each direction.
/// </summary>
/// <param name="options">Kestrel's: the length of the queue, Nagle's algorithm, how the listening socket is made.</param>
/// <param name="memory">Memory of connections; null takes the shared pool's.</param>
/// <param name="loggers">Logs.</param>
internal sealed class SocketTransport(IOptions<SocketTransportOptions> options, IMemoryPoolFactory<byte>? memory, ILoggerFactory loggers)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ConcurrentDictionary<EndPoint, bool> _addresses = new(ReferenceEqualityComparer.Instance);
    private readonly MemoryPool<byte> _pool = memory?.Create() ?? MemoryPool<byte>.Shared;
    private readonly ILogger _logger = loggers.CreateLogger("ControlPlane.Http2.Sockets");

    /// <summary>Announces an address; what is no TCP address stays with Kestrel.</summary>
    public void Announce(EndPoint address)
    {
        if (address is IPEndPoint)
            _addresses.TryAdd(address, true);
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => SocketPoller.IsSupported && _addresses.ContainsKey(endpoint);

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Socket socket;
        try
        {
            socket = options.Value.CreateBoundListenSocket(endpoint);
            socket.Listen(options.Value.Backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }

        return ValueTask.FromResult<IConnectionListener>(new SocketListener(socket, SocketPoller.Shared, _pool, options.Value.NoDelay, _logger));
    }
}
