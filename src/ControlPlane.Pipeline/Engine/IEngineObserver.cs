using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Pipeline.Engine;

/// <summary>Hears what the engine does, for logs, metrics and traces. Called on the engine's thread: must be quick and must not throw.</summary>
public interface IEngineObserver
{
    /// <summary>Changes were applied and, once ready, translated; <paramref name="notified"/> streams were told.</summary>
    void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified);

    /// <summary>A resource was refused by the gate; what was there before stays.</summary>
    void OnRejected(ResourceRejectedException rejection);

    /// <summary>A computation failed; what was there before stays. A defect of ours.</summary>
    void OnFault(string what, Exception exception);

    /// <summary>What is wrong with a configuration object differs from before; empty when it was mended or is gone.</summary>
    void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics);

    /// <summary>Whether <see cref="OnStatus"/> is listened to: else statuses are not even found. Asked once.</summary>
    bool HearsStatuses => false;

    /// <summary>What is to be told in the status of an object differs from before, or from what stands there; null where nothing is, or the object is gone.</summary>
    void OnStatus(string kind, ObjectKey key, StatusFinding? status)
    {
    }

    /// <summary>A resource names another that does not exist; the protocol answers such names with an empty resource.</summary>
    void OnDanglingReference(XdsType type, string resource, string missing);
}
