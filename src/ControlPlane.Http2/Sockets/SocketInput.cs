using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Reads from the socket of a connection when its reader wants more than is there: into one piece of memory, small until the peer fills it, which
/// grows while the reader leaves things in it. The reader bounds what it leaves. One read at a time.
/// </summary>
internal sealed class SocketInput : PipeReader, IValueTaskSource<ReadResult>
{
    private const int SmallBlock = 4096;
    private const int LargeBlock = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly SocketConnection _connection;
    private readonly Receiver _receiver;
    private ManualResetValueTaskSourceCore<ReadResult> _wait;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private IMemoryOwner<byte>? _owner;
    private Memory<byte> _memory;
    private ReadOnlySequence<byte> _last;
    private int _start;
    private int _end;
    private Exception? _failure;
    private bool _isExamined = true;
    private bool _wasFilled;
    private bool _receiving;
    private bool _waiting;
    private bool _cancelNext;
    private bool _ended;
    private bool _completed;

    public SocketInput(SocketConnection connection)
    {
        _connection = connection;
        _receiver = new Receiver(this);
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        bool receive;
        short version;
        lock (_lock)
        {
            if (TryTake(out var result))
                return new ValueTask<ReadResult>(result);
            _wait.Reset();
            version = _wait.Version;
            (_waiting, _token) = (true, cancellationToken);
            if (cancellationToken.CanBeCanceled)
                _registration = cancellationToken.UnsafeRegister(static (input, token) => ((SocketInput)input!).OnCanceled(token), this);
            receive = !_receiving;
            if (receive)
            {
                _receiving = true;
                MakeRoom();
            }
        }

        if (receive)
            Receive();
        return new ValueTask<ReadResult>(this, version);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (_lock)
            return TryTake(out result);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_lock)
        {
            if (_completed)
                return;
            var origin = _last.GetOffset(_last.Start);
            _isExamined = _last.GetOffset(examined) - origin >= _end - _start;
            _start += (int)(_last.GetOffset(consumed) - origin);
            _last = default;
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        lock (_lock)
        {
            if (!_waiting)
            {
                _cancelNext = true;
                return;
            }

            StopWaiting();
        }

        _wait.SetResult(Result(isCanceled: true));
    }

    /// <summary>Nothing is read any more.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (_lock)
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
    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _wait.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    // Under the lock.
    private bool TryTake(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        result = default;
        if (_isExamined && !_cancelNext && !_ended && _failure is null)
            return false;
        if (_isExamined && !_cancelNext && _failure is not null)
            throw _failure;
        result = Result(_cancelNext);
        _cancelNext = false;
        return true;
    }

    private ReadResult Result(bool isCanceled)
    {
        _last = new ReadOnlySequence<byte>(_memory[_start.._end]);
        return new ReadResult(_last, isCanceled, isCompleted: _ended);
    }

    private void Receive()
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
        lock (_lock)
        {
            _receiving = false;
            if (error != SocketError.Success)
                _failure = _connection.Explain(error);
            else if (bytes == 0)
                _ended = true;
            _end += bytes;
            _isExamined &= bytes == 0;
            _wasFilled = _end == _memory.Length;
            if (_completed)
            {
                Free();
                _receiver.Dispose();
            }

            wake = _waiting;
            if (wake)
                StopWaiting();
        }

        if (bytes == 0)
            _connection.OnPeerEnded();
        if (!wake)
            return;
        if (_failure is not null)
            _wait.SetException(_failure);
        else
            _wait.SetResult(Result(isCanceled: false));
    }

    private void OnCanceled(CancellationToken token)
    {
        lock (_lock)
        {
            if (!_waiting || _token != token)
                return;
            _waiting = false;
        }

        _wait.SetException(new OperationCanceledException(token));
    }

    // Under the lock.
    private void StopWaiting()
    {
        _waiting = false;
        _registration.Unregister();
        (_registration, _token) = (default, default);
    }

    // Under the lock, before a receive.
    private void MakeRoom()
    {
        var rest = _end - _start;
        if (rest == 0)
        {
            _start = _end = 0;
            if (_wasFilled != _memory.Length >= LargeBlock || _memory.IsEmpty)
                Rent(_wasFilled ? LargeBlock : SmallBlock);
        }
        else if (_end == _memory.Length)
        {
            if (rest <= _memory.Length / 2 && _memory.Length >= LargeBlock)
                _memory[_start.._end].CopyTo(_memory);
            else
                Rent(Math.Max(LargeBlock, 2 * rest));
            (_start, _end) = (0, rest);
        }

        _receiver.SetBuffer(_memory[_end..]);
    }

    // Keeps what was not consumed.
    private void Rent(int size)
    {
        var pool = _connection.MemoryPool;
        var owner = size <= pool.MaxBufferSize ? pool.Rent(size) : null;
        var memory = owner?.Memory ?? new byte[size];
        _memory[_start.._end].CopyTo(memory);
        _owner?.Dispose();
        (_owner, _memory) = (owner, memory);
    }

    private void Free()
    {
        _owner?.Dispose();
        (_owner, _memory, _start, _end, _last) = (null, default, 0, 0, default);
    }

    // The socket's own events: nothing to await but the read itself.
    private sealed class Receiver(SocketInput input) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => input.OnReceived(SocketError, BytesTransferred);
    }
}
