using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>Takes the first complete state of a source.</summary>
internal sealed class SnapshotSink : IModelSink
{
    private readonly TaskCompletionSource<MeshSnapshot> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    public Task<MeshSnapshot> Complete => _complete.Task;

    public void Apply(IReadOnlyList<ModelChange> changes) => _snapshot = _snapshot.Apply(changes).Snapshot;

    public void MarkSynced() => _complete.TrySetResult(_snapshot);
}
