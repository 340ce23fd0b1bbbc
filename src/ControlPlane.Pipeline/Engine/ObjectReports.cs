using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation;

namespace ControlPlane.Pipeline.Engine;

/// <summary>
/// What is wrong with the configuration objects of the snapshot, brought up to date by the changes alone. Belongs to the engine's thread.
/// </summary>
internal sealed class ObjectReports(DerivationGraph graph, IEngineObserver observer)
{
    private readonly Dictionary<(string Kind, ObjectKey Key), EquatableArray<Diagnostic>> _known = [];

    /// <summary>Reads the changed objects and tells of those whose diagnostics differ from before.</summary>
    public void Refresh(ChangeSet changes)
    {
        foreach (var entry in changes.Entries)
        {
            if ((entry.New ?? entry.Old) is ConfigObject)
                Refresh((entry.Table.Kind, entry.Key), entry.New is not null);
        }
    }

    private void Refresh((string Kind, ObjectKey Key) subject, bool exists)
    {
        var before = _known.GetValueOrDefault(subject);
        var now = exists ? graph.Get(FeatureCatalog.Diagnostics, subject) : [];
        if (now == before)
            return;
        if (now.IsEmpty)
            _known.Remove(subject);
        else
            _known[subject] = now;
        observer.OnDiagnostics(subject.Kind, subject.Key, now);
    }
}
