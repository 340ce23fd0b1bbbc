namespace ControlPlane.Kubernetes.Writers;

/// <summary>
/// Keys whose work is to be done, each at most once in the queue. Work that fails is repeated after a growing random delay of the key's own,
/// so that one bad object neither stops the others nor is tried without pause.
/// </summary>
/// <typeparam name="TKey">What names a piece of work.</typeparam>
internal sealed class WorkQueue<TKey>(Func<TKey, CancellationToken, Task<bool>> work, WorkQueueOptions options, TimeProvider time, Random random)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <summary>Keys by when they are due, then in the order in which they came; of a key that is in it several times the place that its entry names counts.</summary>
    private readonly PriorityQueue<TKey, (long Due, long Number)> _order = new();

    private long _number;
    private TaskCompletionSource _changed = New();

    /// <summary>Number of keys that wait.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
                return _entries.Values.Count(e => e.Due is not null);
        }
    }

    /// <summary>Asks for the work of a key; at once, whatever went wrong with it before.</summary>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var entry = _entries.GetValueOrDefault(key);
            // What is due already keeps its place.
            if (entry.Due is not { } due || due > now)
                Put(key, entry with { Due = now });
            _changed.TrySetResult();
        }
    }

    /// <summary>Works until cancelled, one key after another. Work says whether it is done; what it throws counts as not done.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Take(out var key, out var wait, out var changed))
            {
                Finish(key, await DoAsync(key, cancellationToken).ConfigureAwait(false));
                continue;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(wait, time, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> DoAsync(TKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await work(key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool Take(out TKey key, out TimeSpan wait, out Task changed)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            wait = Timeout.InfiniteTimeSpan;
            while (_order.TryPeek(out key!, out var place))
            {
                if (!_entries.TryGetValue(key, out var entry) || entry.Due != place.Due)
                {
                    _order.Dequeue();
                    continue;
                }

                wait = time.GetElapsedTime(now, place.Due);
                if (wait > TimeSpan.Zero)
                    break;
                _order.Dequeue();
                _entries[key] = entry with { Due = null };
                changed = Task.CompletedTask;
                return true;
            }

            if (_changed.Task.IsCompleted)
                _changed = New();
            changed = _changed.Task;
            return false;
        }
    }

    private void Finish(TKey key, bool done)
    {
        lock (_lock)
        {
            var entry = _entries[key];
            if (done && entry.Due is null)
            {
                _entries.Remove(key);
                return;
            }

            // Asked for again meanwhile: that is due anyway.
            if (done || entry.Due is not null)
            {
                _entries[key] = entry with { Failures = done ? 0 : entry.Failures };
                return;
            }

            var most = Math.Min(options.MaxDelay.TotalSeconds, options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(entry.Failures, 30)));
            var delay = TimeSpan.FromSeconds(most * (0.5 + (random.NextDouble() / 2)));
            Put(key, new Entry(time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency), entry.Failures + 1));
        }
    }

    private void Put(TKey key, Entry entry)
    {
        _entries[key] = entry;
        _order.Enqueue(key, (entry.Due!.Value, _number++));
    }

    /// <summary>A key: when its work is due (null while it is being done), and how often it failed.</summary>
    private readonly record struct Entry(long? Due, int Failures);
}
