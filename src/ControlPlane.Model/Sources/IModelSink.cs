using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Sources;

/// <summary>What a source writes into: the entrance of the change loop. Calls come from one source one after another, from several sources at once.</summary>
public interface IModelSink
{
    /// <summary>
    /// Takes changes that belong together, in order. Returns at once; the sink may merge batches but never splits one over two
    /// snapshots.
    /// </summary>
    void Apply(IReadOnlyList<ModelChange> changes);

    /// <summary>Says, once per source, that everything which existed at the start has been applied.</summary>
    void MarkSynced();
}
