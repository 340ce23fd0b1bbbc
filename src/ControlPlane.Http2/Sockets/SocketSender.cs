using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// A send that waits for its peer. Nearly all end within the call and need none of these; a thread keeps one for the next that has to wait.
/// </summary>
internal sealed class SocketSender : SocketAsyncEventArgs, IValueTaskSource<SocketError>
{
    [ThreadStatic]
    private static SocketSender? t_idle;

    private ManualResetValueTaskSourceCore<SocketError> _end;

    private SocketSender()
        : base(unsafeSuppressExecutionContextFlow: true)
    {
    }

    /// <summary>Sends all bytes; they must stay as they are until the result is there.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="bytes">At least one.</param>
    public static ValueTask<SocketError> SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error != SocketError.Success && error != SocketError.WouldBlock)
                return new ValueTask<SocketError>(error);
            return sent == bytes.Length ? new ValueTask<SocketError>(SocketError.Success) : SendRestAsync(socket, bytes[sent..]);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketError>(SocketError.OperationAborted);
        }
    }

    /// <inheritdoc/>
    SocketError IValueTaskSource<SocketError>.GetResult(short token)
    {
        var error = _end.GetResult(token);
        Return();
        return error;
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _end.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    protected override void OnCompleted(SocketAsyncEventArgs e) => _end.SetResult(SocketError);

    private static ValueTask<SocketError> SendRestAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        var sender = t_idle ?? new SocketSender();
        t_idle = null;
        sender._end.Reset();
        var version = sender._end.Version;
        sender.SetBuffer(MemoryMarshal.AsMemory(bytes));
        try
        {
            if (socket.SendAsync(sender))
                return new ValueTask<SocketError>(sender, version);
        }
        catch (ObjectDisposedException)
        {
            sender.Dispose();
            throw;
        }

        var error = sender.SocketError;
        sender.Return();
        return new ValueTask<SocketError>(error);
    }

    private void Return()
    {
        SetBuffer(default);
        if (t_idle is null)
            t_idle = this;
        else
            Dispose();
    }
}
