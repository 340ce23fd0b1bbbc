using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.Callers;

namespace ControlPlane.Composition.Identity;

/// <summary>The pods and service accounts of the newest snapshot.</summary>
internal sealed class SnapshotWorkloads(MeshEngine engine) : IWorkloadDirectory
{
    public bool Runs(string @namespace, BoundObject pod, string serviceAccount) =>
        engine.Snapshot.Table(Tables.Pods).Find(new ObjectKey(@namespace, pod.Name)) is { Phase: not ("Failed" or "Succeeded") } known
        && known.ServiceAccount == serviceAccount && pod.IsOf(known.Uid);

    public bool Exists(string @namespace, BoundObject serviceAccount) =>
        engine.Snapshot.Table(Tables.ServiceAccounts).Find(new ObjectKey(@namespace, serviceAccount.Name)) is { } known && serviceAccount.IsOf(known.Uid);
}
