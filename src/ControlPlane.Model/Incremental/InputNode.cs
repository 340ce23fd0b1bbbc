namespace ControlPlane.Model.Incremental;

/// <summary>A value that comes from the snapshot.</summary>
internal abstract class InputNode : Node
{
    public override void Ensure()
    {
    }

    public override void OnSuspect(Node dependency) => throw new InvalidOperationException("an input depends on nothing");

    public void Touch(long revision)
    {
        ChangedAt = revision;
        SuspectDependents();
    }
}
