using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

public sealed class ChangeFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChangeFeed _feed = new(Tables.Namespaces);

    [Fact]
    public async Task K17_HandlerThatThrows_GoesOnAndDisturbsNoOther()
    {
        var seen = new Seen();
        using var bad = _feed.Subscribe(_ => throw new InvalidOperationException("on purpose"));
        using var good = _feed.Subscribe(seen.Take);
        Put("a");
        await seen.Until("a");
        Put("b");
        await seen.Until("a b");
        Assert.True(SpinWait.SpinUntil(() => _feed.HandlerFaults >= 1, Patience));
    }

    [Fact]
    public async Task K18_SlowHandler_BlocksNobodyAndItsQueueIsSeenAndBounded()
    {
        using var gate = new ManualResetEventSlim();
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (slow, quick) = (new Seen(), new Seen());
        using var first = _feed.Subscribe(changes =>
        {
            busy.TrySetResult();
            gate.Wait(Patience);
            slow.Take(changes);
        });
        using var second = _feed.Subscribe(quick.Take);
        Put("a");
        await quick.Until("a");
        await busy.Task.WaitAsync(Patience);
        for (var i = 0; i < 1000; i++)
            Put("b");
        Put("c");
        await quick.Until("a b c");
        // What has gathered while it is busy with the first, an entry an object.
        Assert.Equal(2, _feed.QueueLength);
        gate.Set();
        await slow.Until("a b c");
        Assert.Equal(2, slow.Calls);
    }

    [Fact]
    public async Task K19_HandlersAddedAndRemovedWhileRunning_GetAllThatExistsAndThenNothing()
    {
        var edits = Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                Put($"n{i % 50}");
                if (i % 3 == 0)
                    Delete($"n{i % 40}");
            }
        });
        for (var i = 0; i < 100; i++)
        {
            using var passing = _feed.Subscribe(new Seen().Take);
            await Task.Yield();
        }

        await edits;
        var late = new Seen();
        var subscription = _feed.Subscribe(late.Take);
        await late.Until(count: _feed.Count);
        subscription.Dispose();
        Put("after");
        var later = new Seen();
        using var other = _feed.Subscribe(later.Take);
        await later.Until(count: _feed.Count);
        Assert.DoesNotContain("after", late.Names, StringComparison.Ordinal);
    }

    private void Put(string name) =>
        _feed.Apply([ModelChange.Upsert.Of(Tables.Namespaces, new Namespace { Meta = new ObjectMeta { Name = name } }), new ModelChange.Delete(Tables.Pods, new ObjectKey("x", "y"))]);

    private void Delete(string name) => _feed.Apply([new ModelChange.Delete(Tables.Namespaces, new ObjectKey("", name))]);

    private sealed class Seen
    {
        private readonly Lock _lock = new();
        private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Calls { get; private set; }

        public string Names
        {
            get
            {
                lock (_lock)
                    return string.Join(' ', _names);
            }
        }

        public void Take(IReadOnlyList<ModelChange> changes)
        {
            lock (_lock)
            {
                Calls++;
                foreach (var change in changes)
                {
                    if (change is ModelChange.Upsert upsert)
                        _names.Add(upsert.Value.Key.Name);
                    else
                        _names.Remove(((ModelChange.Delete)change).Key.Name);
                }

                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public Task Until(string names) => UntilAsync(() => Names == names);

        public Task Until(int count) => UntilAsync(() =>
        {
            lock (_lock)
                return _names.Count == count;
        });

        private async Task UntilAsync(Func<bool> condition)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                    changed = _changed.Task;
                if (condition())
                    return;
                await changed.WaitAsync(Patience);
            }
        }
    }
}
