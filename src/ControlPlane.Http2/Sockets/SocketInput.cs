using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using ControlPlane.Http2.Streams;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Reads from the socket of a connection when its reader wants more than is there: into one piece of memory, small until the peer fills it, which
/// grows while the reader leaves things in it. The reader bounds what it leaves.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The end of the reading is its disposal.")]
internal sealed class SocketInput : WaitingReader
{
    private readonly SocketConnection _connection;
    private readonly Receiver _receiver;
    private MemoryBlock _block;
    private ReadOnlySequence<byte> _last;
    private int _start;
    private int _end;
    private Exception? _failure;
    private bool _isExamined = true;
    private bool _wasFilled;
    private bool _receiving;
    private bool _ended;
    private bool _completed;

    public SocketInput(SocketConnection connection)
    {
        _connection = connection;
        _receiver = new Receiver(this);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (Gate)
        {
            if (_completed)
                return;
            var origin = _last.GetOffset(_last.Start);
            _isExamined = _last.GetOffset(examined) - origin >= _end - _start;
            _start += (int)(_last.GetOffset(consumed) - origin);
            _last = default;
        }
    }

    /// <summary>Nothing is read any more.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (Gate)
        {
            if (_completed)
                return;
            _completed = true;
            if (!_receiving)
                Free();
        }

        _connection.OnDirectionEnded();
    }

    /// <inheritdoc/>
    protected override bool TryTake(bool isCanceled, out ReadResult result, out Exception? failure)
    {
        result = default;
        failure = _completed ? new InvalidOperationException("Nothing is read any more.") : _isExamined && !isCanceled ? _failure : null;
        if (failure is not null)
            return true;
        if (_isExamined && !isCanceled && !_ended)
            return false;
        _last = new ReadOnlySequence<byte>(_block.Memory[_start.._end]);
        result = new ReadResult(_last, isCanceled, isCompleted: _ended);
        return true;
    }

    /// <inheritdoc/>
    protected override bool BeginFetch()
    {
        // After a read that was cancelled the receive goes on.
        if (_receiving)
            return false;
        _receiving = true;
        MakeRoom();
        return true;
    }

    /// <inheritdoc/>
    protected override void Fetch()
    {
        try
        {
            if (_connection.Socket.ReceiveAsync(_receiver))
                return;
        }
        catch (ObjectDisposedException)
        {
            OnReceived(SocketError.OperationAborted, 0);
            return;
        }

        OnReceived(_receiver.SocketError, _receiver.BytesTransferred);
    }

    private void OnReceived(SocketError error, int bytes)
    {
        bool wake;
        lock (Gate)
        {
            _receiving = false;
            if (error != SocketError.Success)
                _failure = _connection.Explain(error);
            else if (bytes == 0)
                _ended = true;
            _end += bytes;
            _isExamined &= bytes == 0;
            _wasFilled = _end == _block.Memory.Length;
            if (_completed)
                Free();

            wake = StopWaiting();
        }

        if (bytes == 0)
            _connection.OnPeerEnded();
        if (wake)
            EndWait();
    }

    // Under the gate, before a receive.
    private void MakeRoom()
    {
        var rest = _end - _start;
        if (rest == 0)
        {
            _start = _end = 0;
            if (_wasFilled != _block.Memory.Length >= MemoryBlock.Large || _block.Memory.IsEmpty)
                Rent(_wasFilled ? MemoryBlock.Large : MemoryBlock.Small);
        }
        else if (_end == _block.Memory.Length)
        {
            if (rest <= _block.Memory.Length / 2 && _block.Memory.Length >= MemoryBlock.Large)
                _block.Memory[_start.._end].CopyTo(_block.Memory);
            else
                Rent(Math.Max(MemoryBlock.Large, 2 * rest));
            (_start, _end) = (0, rest);
        }

        _receiver.SetBuffer(_block.Memory[_end..]);
    }

    // Keeps what was not consumed.
    private void Rent(int size)
    {
        var block = MemoryBlock.Rent(_connection.MemoryPool, size);
        _block.Memory[_start.._end].CopyTo(block.Memory);
        _block.Return();
        _block = block;
    }

    private void Free()
    {
        _receiver.Dispose();
        _block.Return();
        (_block, _start, _end, _last) = (default, 0, 0, default);
    }

    // The socket's own events: nothing to await but the read itself.
    private sealed class Receiver(SocketInput input) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => input.OnReceived(SocketError, BytesTransferred);
    }
}
