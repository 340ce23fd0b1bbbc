using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Http2.Sockets;

/// <summary>Accepts the connections of one address.</summary>
internal sealed class SocketListener(Socket socket, SocketPoller poller, MemoryPool<byte> pool, bool noDelay, ILogger logger) : IConnectionListener
{
    // Until some connection has ended, when the process can't open another one.
    private static readonly TimeSpan Exhausted = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (Open(await socket.AcceptAsync(cancellationToken).ConfigureAwait(false)) is { } connection)
                    return connection;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                SocketLog.Exhausted(logger, EndPoint, e.Message);
                await Task.Delay(Exhausted, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // A client has gone again before its turn came.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private SocketConnection? Open(Socket accepted)
    {
        try
        {
            accepted.NoDelay = noDelay;
            return new SocketConnection(accepted, poller, pool);
        }
        catch (SocketException)
        {
            // Gone already.
            accepted.Dispose();
            return null;
        }
        catch (IOException e)
        {
            SocketLog.Exhausted(logger, EndPoint, e.Message);
            accepted.Dispose();
            return null;
        }
    }
}
