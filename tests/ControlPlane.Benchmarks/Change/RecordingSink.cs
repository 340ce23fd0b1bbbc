using System.Collections.Concurrent;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Benchmarks.Change;

/// <summary>Keeps what a source reports.</summary>
internal sealed class RecordingSink : IModelSink, IDisposable
{
    private readonly BlockingCollection<IReadOnlyList<ModelChange>> _changes = [];
    private readonly ManualResetEventSlim _synced = new();

    public void Apply(IReadOnlyList<ModelChange> changes) => _changes.Add(changes);

    public void MarkSynced() => _synced.Set();

    public void WaitUntilSynced() => _synced.Wait();

    public IReadOnlyList<ModelChange> Take() => _changes.Take();

    public void Dispose()
    {
        _changes.Dispose();
        _synced.Dispose();
    }
}
