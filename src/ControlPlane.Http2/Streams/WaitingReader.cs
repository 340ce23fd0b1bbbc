using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace ControlPlane.Http2.Streams;

/// <summary>
/// A reader whose reads wait without an allocation, for bytes that others bring. One read at a time. Bytes that the reader has looked at and left
/// are given to it again only when more have come.
/// </summary>
internal abstract class WaitingReader : PipeReader, IValueTaskSource<ReadResult>
{
    private ManualResetValueTaskSourceCore<ReadResult> _wait;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _cancelNext;

    // Of a read that ends, until it is told.
    private ReadResult _result;
    private Exception? _failure;

    /// <summary>Guards what readers and bringers share.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>Whether a reader waits. Under the gate.</summary>
    protected bool IsWaiting { get; private set; }

    /// <inheritdoc/>
    public sealed override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        short version;
        bool fetch;
        lock (Gate)
        {
            if (TryTakeNow(out var result, out var failure))
                return failure is null ? new ValueTask<ReadResult>(result) : ValueTask.FromException<ReadResult>(failure);
            _wait.Reset();
            version = _wait.Version;
            (IsWaiting, _token) = (true, cancellationToken);
            if (cancellationToken.CanBeCanceled)
                _registration = cancellationToken.UnsafeRegister(static (reader, token) => ((WaitingReader)reader!).OnCanceled(token), this);
            fetch = BeginFetch();
        }

        if (fetch)
            Fetch();
        return new ValueTask<ReadResult>(this, version);
    }

    /// <inheritdoc/>
    public sealed override bool TryRead(out ReadResult result)
    {
        lock (Gate)
        {
            var taken = TryTakeNow(out result, out var failure);
            return failure is null ? taken : throw failure;
        }
    }

    /// <inheritdoc/>
    public sealed override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public sealed override void CancelPendingRead()
    {
        bool waits;
        lock (Gate)
        {
            _cancelNext = true;
            waits = StopWaiting();
        }

        if (waits)
            EndWait();
    }

    /// <inheritdoc/>
    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _wait.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    /// <summary>What can be read, or why nothing can; false where the reader has to wait. Under the gate.</summary>
    /// <param name="isCanceled">Whether the read was cancelled: it gets what is there, be it nothing new.</param>
    /// <param name="result">What can be read.</param>
    /// <param name="failure">Why nothing can be read any more.</param>
    protected abstract bool TryTake(bool isCanceled, out ReadResult result, out Exception? failure);

    /// <summary>A reader waits: whether <see cref="Fetch"/> is to be called for it. Under the gate.</summary>
    protected virtual bool BeginFetch() => false;

    /// <summary>Gets what a reader waits for. Not under the gate.</summary>
    protected virtual void Fetch()
    {
    }

    /// <summary>Whether a reader waited; it is to be told by <see cref="EndWait"/>, outside of the gate. Under the gate.</summary>
    protected bool StopWaiting()
    {
        if (!IsWaiting)
            return false;
        IsWaiting = false;
        if (_token.CanBeCanceled)
        {
            _registration.Unregister();
            (_registration, _token) = (default, default);
        }

        TryTakeNow(out _result, out _failure);
        return true;
    }

    /// <summary>Tells the reader, which goes on within the call.</summary>
    protected void EndWait()
    {
        var (result, failure) = (_result, _failure);
        _result = default;
        if (failure is null)
            _wait.SetResult(result);
        else
            _wait.SetException(failure);
    }

    private bool TryTakeNow(out ReadResult result, out Exception? failure)
    {
        var canceled = _cancelNext;
        _cancelNext = false;
        return TryTake(canceled, out result, out failure);
    }

    private void OnCanceled(CancellationToken token)
    {
        lock (Gate)
        {
            if (!IsWaiting || _token != token)
                return;
            IsWaiting = false;
        }

        _wait.SetException(new OperationCanceledException(token));
    }
}
