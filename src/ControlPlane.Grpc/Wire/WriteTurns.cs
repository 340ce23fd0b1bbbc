namespace ControlPlane.Grpc.Wire;

/// <summary>
/// Lets only a few writers at a time give large messages to the transport, in the order in which they come. When a thousand streams
/// are told the same, they send one after the other, from memory that is used again at once; all together would need a piece of memory
/// each and find none of it in the processor's cache. Who waits for its peer loses its turn, so that slow peers hold up nobody.
/// Safe for concurrent use; one timer, which runs only while somebody waits for a turn.
/// </summary>
internal sealed class WriteTurns : IDisposable
{
    // As many as keep the processors busy while others wait for the kernel.
    private const int TurnsPerProcessor = 4;

    // So many slow peers may hold large chunks.
    private const int FewSlow = 64;

    private readonly Lock _lock = new();
    private readonly Queue<WriteTurn> _waiting = new();
    private readonly List<WriteTurn> _taken = [];
    private readonly int _limit;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private int _slow;

    public WriteTurns(TimeProvider time, int? limit = null)
    {
        _time = time;
        _limit = limit ?? TurnsPerProcessor * Environment.ProcessorCount;
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether so many peers are slow that what each of them is given at once should be little.</summary>
    public bool ManyAreSlow => Volatile.Read(ref _slow) >= FewSlow;

    /// <summary>How long a peer may keep a writer waiting that others wait for.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Completes when the writer has its turn; at once where it has it still.</summary>
    /// <exception cref="OperationCanceledException">The token fired before that. The place is kept until <see cref="GiveBack"/>.</exception>
    public ValueTask TakeAsync(WriteTurn turn, CancellationToken cancellationToken)
    {
        TaskCompletionSource granted;
        lock (_lock)
        {
            if (turn.IsTaken)
            {
                return ValueTask.CompletedTask;
            }

            if (_taken.Count < _limit)
            {
                Give(turn);
                return ValueTask.CompletedTask;
            }

            turn.Waiting = granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            if (_waiting.Count == 1)
            {
                Arm();
            }
        }

        return WaitAsync(granted, cancellationToken);
    }

    /// <summary>The writer begins to wait for its peer.</summary>
    public void BeginFlush(WriteTurn turn) => turn.FlushingSince = _time.GetTimestamp();

    /// <summary>The peer has taken what the writer gave.</summary>
    public void EndFlush(WriteTurn turn)
    {
        turn.FlushingSince = 0;
        if (Volatile.Read(ref _slow) > 0)
        {
            lock (_lock)
            {
                SetSlow(turn, false);
            }
        }
    }

    /// <summary>The writer has no more to send, or gives up.</summary>
    public void GiveBack(WriteTurn turn)
    {
        lock (_lock)
        {
            turn.Waiting = null;
            turn.FlushingSince = 0;
            SetSlow(turn, false);
            if (turn.IsTaken)
            {
                turn.IsTaken = false;
                _taken.Remove(turn);
                GiveNext();
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private static async ValueTask WaitAsync(TaskCompletionSource granted, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), granted);
        await granted.Task.ConfigureAwait(false);
    }

    private void SetSlow(WriteTurn turn, bool slow)
    {
        if (turn.IsSlow != slow)
        {
            turn.IsSlow = slow;
            Volatile.Write(ref _slow, _slow + (slow ? 1 : -1));
        }
    }

    private void Give(WriteTurn turn)
    {
        turn.IsTaken = true;
        _taken.Add(turn);
    }

    // Passes over those that have given up.
    private void GiveNext()
    {
        while (_taken.Count < _limit && _waiting.TryDequeue(out var next))
        {
            if (next.Waiting is not { } waiting)
            {
                continue;
            }

            next.Waiting = null;
            Give(next);
            if (!waiting.TrySetResult())
            {
                next.IsTaken = false;
                _taken.Remove(next);
            }
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            for (var i = _taken.Count - 1; i >= 0; i--)
            {
                var turn = _taken[i];
                if (turn.FlushingSince is var since and not 0 && _time.GetElapsedTime(since) >= Patience)
                {
                    turn.IsTaken = false;
                    _taken.RemoveAt(i);
                    SetSlow(turn, true);
                }
            }

            GiveNext();
            if (_waiting.Count > 0)
            {
                Arm();
            }
        }
    }

    private void Arm() => _timer.Change(Patience, Timeout.InfiniteTimeSpan);
}
