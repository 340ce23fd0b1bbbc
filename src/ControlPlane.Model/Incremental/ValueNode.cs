namespace ControlPlane.Model.Incremental;

/// <summary>The value of one derivation for one key.</summary>
internal abstract class ValueNode<TKey, TValue>(DerivationGraph graph, Derivation<TKey, TValue> derivation, TKey key) : ComputedNode(graph)
    where TKey : notnull
{
    private TValue? _current;

    public override Derivation Derivation => derivation;

    public TKey Key => key;

    /// <summary>The value after <see cref="ComputedNode.Ensure"/>; throws what the computation threw.</summary>
    public TValue Value
    {
        get
        {
            ThrowIfFailed();
            return _current!;
        }
    }

    /// <summary>Whether there was ever a value.</summary>
    protected bool HasValue { get; private set; }

    /// <summary>The last value, whatever happened since.</summary>
    protected TValue? LastValue => _current;

    public override void Release() => Graph.Forget(derivation, key);

    /// <summary>Takes over a new value unless it equals the old; returns whether it differs.</summary>
    protected bool Accept(TValue value)
    {
        if (HasValue && derivation.Comparer.Equals(_current!, value))
            return false;
        _current = value;
        HasValue = true;
        return true;
    }
}
