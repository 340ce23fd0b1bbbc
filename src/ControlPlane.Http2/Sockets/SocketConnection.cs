using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ControlPlane.Http2.Sockets;

/// <summary>A connection that was accepted. Its socket is closed when both directions are done, or at once when it is aborted.</summary>
internal sealed class SocketConnection : DefaultConnectionContext, IDuplexPipe, IConnectionSocketFeature, IMemoryPoolFeature
{
    private static long s_lastId = DateTime.UtcNow.Ticks;

    private readonly SocketInput _input;
    private readonly SocketOutput _output;
    private ConnectionAbortedException? _abortReason;
    private int _open = 2;

    /// <exception cref="IOException">The kernel has no room for another connection's events.</exception>
    public SocketConnection(Socket socket, SocketPoller poller, MemoryPool<byte> pool)
        : base(Interlocked.Increment(ref s_lastId).ToString("x", CultureInfo.InvariantCulture))
    {
        Socket = socket;
        MemoryPool = pool;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        socket.Blocking = false;
        _input = new SocketInput(this, poller);
        _output = new SocketOutput(this);
        Transport = this;
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
    }

    /// <inheritdoc/>
    public Socket Socket { get; }

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    /// <inheritdoc/>
    public PipeReader Input => _input;

    /// <inheritdoc/>
    public PipeWriter Output => _output;

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, abortReason, null) is not null)
            return;
        Socket.Close(timeout: 0);

        // A closed socket has no events.
        _input.OnEvent(isLast: true);
    }

    /// <summary>What to tell the one who reads or writes of an error of the socket.</summary>
    public Exception Explain(SocketError error) => error switch
    {
        SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted => new ConnectionResetException("The peer has reset the connection."),
        SocketError.OperationAborted or SocketError.Interrupted or SocketError.InvalidArgument =>
            _abortReason is { } reason ? new ConnectionAbortedException(reason.Message, reason) : new ConnectionAbortedException("The connection is closed."),
        _ => new IOException(new SocketException((int)error).Message),
    };

    /// <summary>One direction is done.</summary>
    public void OnDirectionEnded()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            Socket.Dispose();
    }

    /// <summary>The peer has ended its direction, or is gone.</summary>
    public void OnPeerEnded() => base.Abort(_abortReason ?? new ConnectionAbortedException("The peer has gone."));

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA2215", Justification = "Those who hear that the connection has ended may do so after it was disposed of; the token holds nothing.")]
    public override ValueTask DisposeAsync()
    {
        _input.Complete();
        _output.Complete();
        return ValueTask.CompletedTask;
    }
}
