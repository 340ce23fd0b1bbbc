using System.IO.Pipelines;
using System.Net.Sockets;
using ControlPlane.Http2.Streams;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Writes to the socket of a connection, on the thread of the one who flushes; a flush completes when the kernel has taken everything. Holds no
/// memory between flushes. One flush at a time.
/// </summary>
internal sealed class SocketOutput(SocketConnection connection) : PipeWriter
{
    private Queue<MemoryBlock>? _full;
    private long _fullBytes;
    private MemoryBlock _block;
    private int _used;
    private bool _isBroken;
    private volatile bool _isSending;
    private int _completed;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _fullBytes + _used;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_block.Memory.Length - _used < wanted)
            TakeBlock(wanted);
        return _block.Memory[_used..];
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _block.Memory.Length - _used);
        _used += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        if (_full is not null)
            return FlushAllAsync(cancellationToken);
        return _isBroken || _used == 0 ? Settle(SocketError.Success) : SendAsync(_block.Memory[.._used], cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        UnflushedBytes > 0 || source.IsEmpty || _isBroken || cancellationToken.IsCancellationRequested
            ? base.WriteAsync(source, cancellationToken)
            : SendAsync(source, cancellationToken); // What comes in one piece need not be copied.

    /// <summary>Not needed: a peer that does not read is aborted.</summary>
    public override void CancelPendingFlush()
    {
    }

    /// <summary>Nothing more is sent; the peer sees the end once it has read everything.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
            return;
        if (!_isSending)
            FreeBlock();
        try
        {
            connection.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone.
        }

        connection.OnDirectionEnded();
    }

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var send = SocketSender.SendAsync(connection.Socket, bytes);
        return send.IsCompletedSuccessfully ? Settle(send.Result) : SettleAsync(send, cancellationToken);
    }

    private async ValueTask<FlushResult> SettleAsync(ValueTask<SocketError> send, CancellationToken cancellationToken)
    {
        // Nothing sensible can follow what was sent in part.
        await using var registration = cancellationToken.UnsafeRegister(
            static connection => ((SocketConnection)connection!).Abort(new ConnectionAbortedException("A write was cancelled.")), connection).ConfigureAwait(false);
        _isSending = true;
        var error = await send.ConfigureAwait(false);
        _isSending = false;
        var result = await Settle(error).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    private async ValueTask<FlushResult> FlushAllAsync(CancellationToken cancellationToken)
    {
        var (full, last, used) = (_full!, _block, _used);
        (_full, _fullBytes, _block, _used) = (null, 0, default, 0);
        full.Enqueue(last with { Memory = last.Memory[..used] });
        var result = default(FlushResult);
        while (full.TryDequeue(out var block))
        {
            if (!_isBroken && !block.Memory.IsEmpty)
                result = await SendAsync(block.Memory, cancellationToken).ConfigureAwait(false);
            block.Return();
        }

        return result;
    }

    private ValueTask<FlushResult> Settle(SocketError error)
    {
        if (error != SocketError.Success && !_isBroken)
        {
            _isBroken = true;
            connection.Abort(new ConnectionAbortedException(connection.Explain(error).Message));
        }

        FreeBlock();
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: _isBroken));
    }

    private void TakeBlock(int wanted)
    {
        if (_used > 0)
        {
            // What is more than a small block goes on in large ones: a large answer reaches the kernel in few pieces.
            (_full ??= new Queue<MemoryBlock>()).Enqueue(_block with { Memory = _block.Memory[.._used] });
            _fullBytes += _used;
            (_block, _used) = (default, 0);
            wanted = Math.Max(wanted, MemoryBlock.Large);
        }

        FreeBlock();
        _block = MemoryBlock.Rent(connection.MemoryPool, Math.Max(wanted, MemoryBlock.Small));
    }

    private void FreeBlock()
    {
        _block.Return();
        (_block, _used) = (default, 0);
    }
}
