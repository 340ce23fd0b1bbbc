using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// Hands the changes of one table on to handlers that come and go. A handler first gets all that exists, then each change; one that is slow
/// keeps nobody waiting, for what it has not yet taken is merged by object and so bounded by their number; one that throws goes on.
/// </summary>
internal sealed class ChangeFeed(TableId table)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ModelChange> _objects = [];
    private readonly List<Subscription> _subscriptions = [];
    private int _faultsOfThoseGone;

    /// <summary>Number of objects that exist.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Count;
        }
    }

    /// <summary>Number of changes that handlers have not yet taken: that of the slowest.</summary>
    public int QueueLength
    {
        get
        {
            lock (_lock)
                return _subscriptions.Select(s => s.Length).DefaultIfEmpty().Max();
        }
    }

    /// <summary>Number of times that a handler threw.</summary>
    public int HandlerFaults
    {
        get
        {
            lock (_lock)
                return _faultsOfThoseGone + _subscriptions.Sum(s => s.Faults);
        }
    }

    /// <summary>Takes changes; those of other tables are left out. Returns at once.</summary>
    public void Apply(IReadOnlyList<ModelChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (KeyOf(change) is not { } key)
                    continue;
                if (change is ModelChange.Upsert)
                    _objects[key] = change;
                else
                    _objects.Remove(key);
                foreach (var subscription in _subscriptions)
                    subscription.Add(key, change);
            }
        }
    }

    /// <summary>Adds a handler. Its calls come one after another on a thread of the pool; disposing the result ends them.</summary>
    public IDisposable Subscribe(Action<IReadOnlyList<ModelChange>> handler)
    {
        var subscription = new Subscription(this, handler);
        lock (_lock)
        {
            _subscriptions.Add(subscription);
            foreach (var (key, change) in _objects)
                subscription.Add(key, change);
        }

        return subscription;
    }

    private ObjectKey? KeyOf(ModelChange change) => change switch
    {
        ModelChange.Upsert upsert when upsert.Table == table => upsert.Value.Key,
        ModelChange.Delete delete when delete.Table == table => delete.Key,
        _ => null,
    };

    private sealed class Subscription(ChangeFeed feed, Action<IReadOnlyList<ModelChange>> handler) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<ObjectKey, ModelChange> _waiting = [];
        private bool _running;
        private bool _ended;
        private int _faults;

        public int Faults => Volatile.Read(ref _faults);

        public int Length
        {
            get
            {
                lock (_lock)
                    return _waiting.Count;
            }
        }

        public void Add(ObjectKey key, ModelChange change)
        {
            lock (_lock)
            {
                if (_ended)
                    return;
                _waiting[key] = change;
                if (_running)
                    return;
                _running = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static self => self.Run(), this, preferLocal: false);
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _ended = true;
                _waiting.Clear();
            }

            lock (feed._lock)
            {
                if (feed._subscriptions.Remove(this))
                    feed._faultsOfThoseGone += _faults;
            }
        }

        private void Run()
        {
            while (true)
            {
                IReadOnlyList<ModelChange> batch;
                lock (_lock)
                {
                    if (_waiting.Count == 0)
                    {
                        _running = false;
                        return;
                    }

                    batch = [.. _waiting.Values];
                    _waiting.Clear();
                }

                try
                {
                    handler(batch);
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    Interlocked.Increment(ref _faults);
                }
            }
        }
    }
}
