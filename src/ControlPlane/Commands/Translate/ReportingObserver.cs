using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Commands.Translate;

/// <summary>Tells a person what went wrong in a translation.</summary>
internal sealed class ReportingObserver(TextWriter error) : IEngineObserver
{
    /// <summary>How many resources could not be made.</summary>
    public int Faults { get; private set; }

    public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
    {
    }

    public void OnRejected(ResourceRejectedException rejection) => Report(rejection.Message);

    public void OnFault(string what, Exception exception) => Report($"internal error in {what}, please report it: {exception}");

    public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
    {
    }

    /// <summary>Nothing is wrong for a client: it gets an empty resource for such names.</summary>
    public void OnDanglingReference(XdsType type, string resource, string missing)
    {
    }

    private void Report(string message)
    {
        Faults++;
        error.WriteLine($"controlplane: {message}");
    }
}
