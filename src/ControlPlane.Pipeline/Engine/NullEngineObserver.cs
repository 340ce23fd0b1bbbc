using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Engine;

/// <summary>Hears nothing.</summary>
public sealed class NullEngineObserver : IEngineObserver
{
    /// <summary>The only instance.</summary>
    public static NullEngineObserver Instance { get; } = new();

    /// <inheritdoc/>
    public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
    {
    }

    /// <inheritdoc/>
    public void OnRejected(ResourceRejectedException rejection)
    {
    }

    /// <inheritdoc/>
    public void OnFault(string what, Exception exception)
    {
    }

    /// <inheritdoc/>
    public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
    {
    }

    /// <inheritdoc/>
    public void OnDanglingReference(XdsType type, string resource, string missing)
    {
    }
}
