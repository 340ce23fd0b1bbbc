namespace ControlPlane.Model.Incremental;

/// <summary>The value of one derivation for one key.</summary>
internal abstract class ValueNode<TKey, TValue>(NodeFamily<TKey, TValue> family, TKey key) : ComputedNode, IKeyed<TKey>, IPinnedValue<TKey, TValue>
    where TKey : notnull
{
    private TValue? _current;

    public override Derivation Derivation => family.Derivation;

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

    /// <inheritdoc/>
    public TValue Get()
    {
        Ensure();
        return Value;
    }

    /// <summary>The nodes of the same derivation.</summary>
    protected NodeFamily<TKey, TValue> Family => family;

    /// <summary>The last value, whatever happened since.</summary>
    protected TValue? LastValue => _current;

    protected override DerivationGraph Graph => family.Graph;

    public override void Release()
    {
        base.Release();
        Graph.Forget(family, this);
    }

    protected override void CountRun(bool differs) => family.CountRun(differs);

    protected override void ReportSuspect() => family.AddSuspectPin(this);

    /// <summary>Takes over a new value unless it equals the old; returns whether it differs.</summary>
    protected bool Accept(TValue value)
    {
        if (HasValue && family.Derivation.Comparer.Equals(_current!, value))
            return false;
        _current = value;
        HasValue = true;
        return true;
    }
}
