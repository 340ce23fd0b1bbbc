using ControlPlane.Kubernetes.Writers.Statuses;
using ControlPlane.Metrics;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;
using ControlPlane.Pipeline.Engine;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>Writes what the engine does to log and metrics, and what it finds to the status of objects.</summary>
internal sealed class EngineObserver(
    EngineMetrics metrics, ConfigReporter reporter, ILogger<MeshEngine> logger, ConfigStatusWriter? findings = null, ObjectStatusWriter? statuses = null) : IEngineObserver
{
    public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
    {
        metrics.OnApplied(changes, elapsed);
        ServerLog.Applied(logger, snapshot.Number, changes.Entries.Count, elapsed, notified);
    }

    public void OnRejected(ResourceRejectedException rejection)
    {
        metrics.OnRejected(rejection.Type);
        ServerLog.Rejected(logger, rejection.Type.ShortName(), rejection.ResourceName, rejection.Reason);
    }

    public void OnFault(string what, Exception exception)
    {
        metrics.OnFault();
        ServerLog.Fault(logger, exception, what);
    }

    public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
    {
        reporter.Report(kind, key, diagnostics);
        findings?.Report(kind, key, diagnostics);
    }

    public bool HearsStatuses => statuses is not null;

    public void OnStatus(string kind, ObjectKey key, StatusFinding? status) => statuses?.Report(kind, key, status);

    public void OnDanglingReference(XdsType type, string resource, string missing) =>
        ServerLog.DanglingReference(logger, type.ShortName(), resource, missing);
}
