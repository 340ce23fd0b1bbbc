namespace ControlPlane.Model.Incremental;

/// <summary>One object of a table.</summary>
internal sealed class ObjectNode(object? value, Action release) : InputNode
{
    public object? Value { get; set; } = value;

    public override void Release() => release();
}
