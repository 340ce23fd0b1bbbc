using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Benchmarks.Change;

/// <summary>Tells when the engine has applied a change.</summary>
internal sealed class AppliedObserver : IEngineObserver, IDisposable
{
    private readonly AutoResetEvent _applied = new(false);

    public void Wait() => _applied.WaitOne();

    public void Dispose() => _applied.Dispose();

    public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified) => _applied.Set();

    public void OnRejected(ResourceRejectedException rejection) => throw rejection;

    public void OnFault(string what, Exception exception) => Console.Error.WriteLine($"{what}: {exception}");

    public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
    {
    }

    public void OnDanglingReference(XdsType type, string resource, string missing)
    {
    }
}
