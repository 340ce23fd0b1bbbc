using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Incremental;

/// <summary>One object of a table.</summary>
internal sealed class ObjectNode(KeyedNodes<ObjectKey, ObjectNode> owner, ObjectKey key, object? value) : InputNode, IKeyed<ObjectKey>
{
    public ObjectKey Key => key;

    public object? Value { get; set; } = value;

    public override void Release() => owner.Remove(this);
}
