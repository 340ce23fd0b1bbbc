using ControlPlane.Model.Collections;

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

/// <summary>One object of a table.</summary>
internal sealed class ObjectNode(object? value, Action release) : InputNode
{
    public object? Value { get; set; } = value;

    public override void Release() => release();
}

/// <summary>The objects filed under one key of an index, or a whole table.</summary>
internal sealed class GroupNode<T>(Action release) : InputNode
{
    private readonly SortedList<Objects.ObjectKey, T> _objects = [];
    private EquatableArray<T>? _array;

    public EquatableArray<T> Value => _array ??= _objects.Values.ToEquatableArray();

    public int Count => _objects.Count;

    public void Set(Objects.ObjectKey key, T value)
    {
        _objects[key] = value;
        _array = null;
    }

    public void Remove(Objects.ObjectKey key)
    {
        _objects.Remove(key);
        _array = null;
    }

    public override void Release() => release();
}
