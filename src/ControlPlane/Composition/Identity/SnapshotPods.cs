using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.Callers;

namespace ControlPlane.Composition.Identity;

/// <summary>The pods of the newest snapshot.</summary>
internal sealed class SnapshotPods(MeshEngine engine) : IPodDirectory
{
    public bool Runs(string @namespace, string podName, string serviceAccount) =>
        engine.Snapshot.Table(Tables.Pods).Find(new ObjectKey(@namespace, podName)) is { Phase: not ("Failed" or "Succeeded") } pod
        && pod.ServiceAccount == serviceAccount;
}
