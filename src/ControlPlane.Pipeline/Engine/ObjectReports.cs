using ControlPlane.Model.Collections;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation;

namespace ControlPlane.Pipeline.Engine;

/// <summary>
/// What is wrong with the configuration objects of the snapshot, brought up to date by what changes concern: the objects themselves, and
/// those that refer to them. Belongs to the engine's thread.
/// </summary>
internal sealed class ObjectReports(DerivationGraph graph, IEngineObserver observer)
{
    private readonly HashSet<(string Kind, ObjectKey Key)> _existing = [];
    private readonly HashSet<(string Kind, ObjectKey Key)> _pending = [];
    private readonly Dictionary<(string Kind, ObjectKey Key), EquatableArray<Diagnostic>> _known = [];

    /// <summary>Notes which objects came and went. Nothing is read yet.</summary>
    public void Track(ChangeSet changes)
    {
        foreach (var entry in changes.Entries)
        {
            if ((entry.New ?? entry.Old) is not ConfigObject)
                continue;
            var subject = (entry.Table.Kind, entry.Key);
            _pending.Add(subject);
            if (entry.New is not null && _existing.Add(subject))
                graph.Pin(FeatureCatalog.Diagnostics, subject);
            else if (entry.New is null && _existing.Remove(subject))
                graph.Unpin(FeatureCatalog.Diagnostics, subject);
        }
    }

    /// <summary>
    /// Reads the objects that the changes so far may concern and tells of those whose diagnostics differ from before. Not to be called
    /// before everything is there: what is still to come would be reported as missing.
    /// </summary>
    public void Refresh()
    {
        _pending.UnionWith(graph.TakeSuspects(FeatureCatalog.Diagnostics));
        foreach (var subject in _pending)
        {
            try
            {
                Refresh(subject);
            }
#pragma warning disable CA1031 // A defect in the reading of one object keeps what is known of it, and nothing else.
            catch (Exception exception)
            {
                observer.OnFault($"diagnostics of {subject.Kind} {subject.Key}", exception);
            }
#pragma warning restore CA1031
        }

        _pending.Clear();
    }

    private void Refresh((string Kind, ObjectKey Key) subject)
    {
        var before = _known.GetValueOrDefault(subject);
        var now = _existing.Contains(subject) ? graph.Get(FeatureCatalog.Diagnostics, subject) : [];
        if (now == before)
            return;
        if (now.IsEmpty)
            _known.Remove(subject);
        else
            _known[subject] = now;
        observer.OnDiagnostics(subject.Kind, subject.Key, now);
    }
}
