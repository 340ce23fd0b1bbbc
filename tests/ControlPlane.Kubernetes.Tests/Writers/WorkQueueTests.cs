using System.Collections.Concurrent;
using ControlPlane.Kubernetes.Writers;

namespace ControlPlane.Kubernetes.Tests.Writers;

public sealed class WorkQueueTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<int> _done = new();
    private readonly ConcurrentDictionary<int, int> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WorkQueue<int> _queue;
    private Task _running = Task.CompletedTask;

    public WorkQueueTests() => _queue = new WorkQueue<int>(
        (key, _) =>
        {
            _done.Enqueue(key);
            return Task.FromResult(_failures.AddOrUpdate(key, 0, (_, left) => left - 1) <= 0);
        },
        new WorkQueueOptions { FirstDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromHours(1) }, TimeProvider.System, new Random(1));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    [Fact]
    public async Task ManyKeys_AreWorkedOffInTheirOrder_EachOnce()
    {
        const int count = 50_000;
        foreach (var key in Enumerable.Range(0, count).Concat(Enumerable.Range(0, count)))
            _queue.Add(key);
        Start();
        await Until(() => _done.Count == count && _queue.Length == 0);
        Assert.Equal(Enumerable.Range(0, count), _done);
    }

    [Fact]
    public async Task KeyThatFails_IsTriedAgainLater_AndOthersGoOn()
    {
        _failures[1] = 3;
        _queue.Add(1);
        _queue.Add(2);
        Start();
        await Until(() => _queue.Length == 0 && _done.Count == 4);
        Assert.Equal([1, 2, 1, 1], _done);
    }

    [Fact]
    public async Task KeyThatWaits_AskedForAgain_IsTriedAtOnce()
    {
        _failures[1] = 30;
        _queue.Add(1);
        Start();
        // By then the delay has grown beyond all patience.
        for (var i = 2; i < 30; i++)
        {
            await Until(() => _done.Count >= i - 1);
            _queue.Add(1);
        }

        await Until(() => _done.Count >= 28);
        Assert.All(_done, key => Assert.Equal(1, key));
    }

    private void Start() => _running = Task.Run(() => _queue.RunAsync(_stop.Token));

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested);
            await Task.Delay(5);
        }
    }
}
