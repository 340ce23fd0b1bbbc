namespace ControlPlane.Model.Incremental;

/// <summary>A value in the graph: an input (object, index entry, table) or the result of a derivation for one key.</summary>
internal abstract class Node
{
    private NodeSet _dependents;

    /// <summary>Revision at which the value last became different.</summary>
    public long ChangedAt { get; protected set; }

    public bool HasDependents => !_dependents.IsEmpty;

    public void AddDependent(Node node) => _dependents.Add(node);

    public void RemoveDependent(Node node) => _dependents.Remove(node);

    /// <summary>Brings the value up to date.</summary>
    public abstract void Ensure();

    /// <summary>Hears that a dependency may have changed.</summary>
    public abstract void OnSuspect(Node dependency);

    /// <summary>Is called when nothing needs this node any more.</summary>
    public abstract void Release();

    protected void SuspectDependents() => _dependents.Suspect(this);
}
