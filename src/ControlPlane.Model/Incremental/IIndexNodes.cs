using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Incremental;

/// <summary>An index that follows its table.</summary>
internal interface IIndexNodes
{
    void Apply(ChangeSet.Entry entry, long revision);
}
