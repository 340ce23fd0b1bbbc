using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using ControlPlane.Http2.Streams;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Reads from the socket of a connection when its reader wants more than is there and something has come: into one piece of memory, small until the
/// peer fills it, which grows while the reader leaves things in it. The reader bounds what it leaves. Nothing is held while nothing is there.
/// </summary>
internal sealed class SocketInput : WaitingReader
{
    // Whether the socket may have something, as far as its events say; or that the next event is waited for.
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Wanted = 2;

    private readonly SocketConnection _connection;
    private readonly SocketPoller _poller;
    private readonly ulong _watch;
    private MemoryBlock _block;
    private ReadOnlySequence<byte> _last;
    private int _start;
    private int _end;
    private int _readiness;
    private Exception? _failure;
    private bool _isExamined = true;
    private bool _wasFilled;
    private bool _fetching;
    private bool _ended;
    private volatile bool _completed;
    private volatile bool _noMoreEvents;

    /// <summary>Begins to hear of the socket's events; nothing is read yet.</summary>
    /// <exception cref="IOException">The kernel has no room for another socket.</exception>
    public SocketInput(SocketConnection connection, SocketPoller poller)
    {
        _connection = connection;
        _poller = poller;
        _watch = poller.Add(connection.Socket.SafeHandle, this);
    }

    /// <summary>Something has come, or the socket is closed.</summary>
    /// <param name="isLast">Whether no event will follow: the peer has ended.</param>
    public void OnEvent(bool isLast)
    {
        if (isLast)
            _noMoreEvents = true;
        if (Interlocked.Exchange(ref _readiness, Ready) == Wanted)
            Fetch();
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
            if (_start == _end && !_fetching)
                Free();
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
            if (!_fetching)
                Free();
        }

        _poller.Remove(_watch);
        EndUnwanted();
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
        // After a read that was cancelled its fetch goes on.
        if (_fetching)
            return false;
        _fetching = true;
        return true;
    }

    // A read that did not fill its memory has emptied the socket, and an event tells when there is more: nobody asks in vain.
    /// <inheritdoc/>
    protected override void Fetch()
    {
        var wasEmpty = false;
        while (true)
        {
            if (Interlocked.CompareExchange(ref _readiness, Idle, Ready) != Ready && (wasEmpty || !_noMoreEvents))
            {
                if (Interlocked.CompareExchange(ref _readiness, Wanted, Idle) != Idle)
                    continue;
                if (_completed)
                    EndUnwanted();
                return;
            }

            if (!TryBegin())
                return;
            var (error, bytes) = Receive();
            wasEmpty = error == SocketError.WouldBlock;
            if (wasEmpty)
                continue;
            if (bytes == _block.Memory.Length - _end)
                Volatile.Write(ref _readiness, Ready);
            OnReceived(error, bytes);
            return;
        }
    }

    // No event will end a wait once the reading is over.
    private void EndUnwanted()
    {
        if (Interlocked.CompareExchange(ref _readiness, Idle, Wanted) == Wanted)
            OnReceived(SocketError.OperationAborted, 0);
    }

    private (SocketError Error, int Bytes) Receive()
    {
        try
        {
            var bytes = _connection.Socket.Receive(_block.Memory.Span[_end..], SocketFlags.None, out var error);
            return (error, bytes);
        }
        catch (ObjectDisposedException)
        {
            return (SocketError.OperationAborted, 0);
        }
    }

    // Memory is moved only where the reader waits; one whose read was cancelled has it in hand, and asks again.
    private bool TryBegin()
    {
        lock (Gate)
        {
            if (IsWaiting)
            {
                MakeRoom();
                return true;
            }

            _fetching = false;
            Volatile.Write(ref _readiness, Ready);
            if (_completed)
                Free();
            return false;
        }
    }

    private void OnReceived(SocketError error, int bytes)
    {
        bool wake;
        lock (Gate)
        {
            _fetching = false;
            if (error != SocketError.Success)
                _failure = _connection.Explain(error);
            else if (bytes == 0)
                _ended = true;
            _end += bytes;
            _isExamined &= bytes == 0;
            _wasFilled = _end == _block.Memory.Length;
            if (_completed || _start == _end)
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
        if (rest == 0 && _block.Memory.IsEmpty)
        {
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
        _block.Return();
        (_block, _start, _end, _last) = (default, 0, 0, default);
    }
}
