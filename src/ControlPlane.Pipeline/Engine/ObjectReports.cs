using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Engine;

/// <summary>
/// What is to be told of the configuration objects of the snapshot one by one, brought up to date by what changes concern: the objects themselves, and
/// those that refer to them. Belongs to the engine's thread.
/// </summary>
/// <typeparam name="T">What is told; its equality decides whether it is news.</typeparam>
/// <param name="graph">The derivations.</param>
/// <param name="derivation">Finds it.</param>
/// <param name="nothing">What is found of an object that there is nothing to tell of, or that is gone.</param>
/// <param name="tell">Told what differs from before.</param>
/// <param name="observer">Told of defects.</param>
/// <param name="concerns">Which kinds there is something to tell of; all where null.</param>
internal sealed class ObjectReports<T>(
    DerivationGraph graph, Derivation<(string Kind, ObjectKey Key), T> derivation, T nothing, Action<string, ObjectKey, T> tell, IEngineObserver observer,
    Func<string, bool>? concerns = null)
{
    private readonly HashSet<(string Kind, ObjectKey Key)> _existing = [];
    private readonly HashSet<(string Kind, ObjectKey Key)> _pending = [];
    private readonly Dictionary<(string Kind, ObjectKey Key), T> _known = [];

    /// <summary>Notes which objects came and went. Nothing is read yet.</summary>
    public void Track(ChangeSet changes)
    {
        foreach (var entry in changes.Entries)
        {
            if ((entry.New ?? entry.Old) is not ConfigObject || concerns?.Invoke(entry.Table.Kind) == false)
                continue;
            var subject = (entry.Table.Kind, entry.Key);
            _pending.Add(subject);
            if (entry.New is not null && _existing.Add(subject))
                graph.Pin(derivation, subject);
            else if (entry.New is null && _existing.Remove(subject))
                graph.Unpin(derivation, subject);
        }
    }

    /// <summary>
    /// Reads the objects that the changes so far may concern and tells of those of which something else is found than before. Not to be called
    /// before everything is there: what is still to come would be reported as missing.
    /// </summary>
    public void Refresh()
    {
        foreach (var suspect in graph.TakeSuspects(derivation))
            _pending.Add(suspect.Key);
        foreach (var subject in _pending)
        {
            try
            {
                Refresh(subject);
            }
#pragma warning disable CA1031 // A defect in the reading of one object keeps what is known of it, and nothing else.
            catch (Exception exception)
            {
                observer.OnFault($"{derivation.Name} of {subject.Kind} {subject.Key}", exception);
            }
#pragma warning restore CA1031
        }

        _pending.Clear();
    }

    private void Refresh((string Kind, ObjectKey Key) subject)
    {
        var equality = EqualityComparer<T>.Default;
        var before = _known.GetValueOrDefault(subject, nothing);
        var now = _existing.Contains(subject) ? graph.Get(derivation, subject) : nothing;
        if (equality.Equals(now, before))
            return;
        if (equality.Equals(now, nothing))
            _known.Remove(subject);
        else
            _known[subject] = now;
        tell(subject.Kind, subject.Key, now);
    }
}
