using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>A sink that applies what it is given to a snapshot and lets tests wait for a state of it.</summary>
internal sealed class RecordingSink : IModelSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was read so far.</summary>
    public MeshSnapshot Snapshot { get; private set; } = MeshSnapshot.Empty;

    /// <summary>Number of batches.</summary>
    public int Batches { get; private set; }

    /// <summary>Number of times the source said that it is complete, and after how many batches it did so first.</summary>
    public (int Times, int AfterBatches) Synced { get; private set; }

    /// <summary>Names of the Services, in order.</summary>
    public string Services => string.Join(' ', Snapshot.Table(Tables.Services).All.Select(s => $"{s.Key.Name}:{(s.Ports.Count > 0 ? s.Ports[0].Port : 0)}").Order(StringComparer.Ordinal));

    public void Apply(IReadOnlyList<ModelChange> changes)
    {
        lock (_lock)
        {
            Assert.NotEmpty(changes);
            Snapshot = Snapshot.Apply(changes).Snapshot;
            Batches++;
            Wake();
        }
    }

    public void MarkSynced()
    {
        lock (_lock)
        {
            Synced = (Synced.Times + 1, Synced.Times == 0 ? Batches : Synced.AfterBatches);
            Wake();
        }
    }

    /// <summary>Waits until a condition holds; fails when that takes too long.</summary>
    public async Task Until(Func<RecordingSink, bool> condition, Func<string>? describe = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (condition(this))
                    return;
                changed = _changed.Task;
            }

            // What a condition looks at beside the sink is not announced: look again now and then.
            await Task.WhenAny(changed, Task.Delay(10));
            Assert.False(patience.IsCancellationRequested, $"waited in vain; services are: {Services} {describe?.Invoke()}");
        }
    }

    /// <summary>Waits until the Services are these, as name:port.</summary>
    public Task UntilServices(string services) => Until(s => s.Services == services, () => $"expected: {services}");

    private void Wake()
    {
        _changed.SetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
