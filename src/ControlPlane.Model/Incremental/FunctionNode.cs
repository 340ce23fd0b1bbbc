namespace ControlPlane.Model.Incremental;

/// <summary>A value that a plain function computes; what the function reads is recorded anew at every run.</summary>
internal sealed class FunctionNode<TKey, TValue>(DerivationGraph graph, Derivation<TKey, TValue> derivation, TKey key)
    : ValueNode<TKey, TValue>(graph, derivation, key)
    where TKey : notnull
{
    private List<Node> _dependencies = [];

    public override void Release()
    {
        foreach (var dependency in _dependencies)
            Graph.Detach(dependency, this);
        _dependencies = [];
        base.Release();
    }

    protected override bool Compute(IReadOnlyList<Node>? changed)
    {
        var recorder = new DependencyRecorder(Graph, this);
        try
        {
            return Accept(((Derivation<TKey, TValue>)Derivation).Compute(recorder, Key));
        }
        finally
        {
            Relink(recorder.Dependencies);
        }
    }

    private void Relink(List<Node> now)
    {
        var before = _dependencies;
        now.TrimExcess();
        _dependencies = now;
        if (now.Count == before.Count && now.AsReadOnly().SequenceEqual(before, ReferenceEqualityComparer.Instance))
            return;
        var kept = new HashSet<Node>(now, ReferenceEqualityComparer.Instance);
        foreach (var old in before)
        {
            if (!kept.Contains(old))
                Graph.Detach(old, this);
        }
    }
}
