namespace ControlPlane.Model.Incremental;

/// <summary>A value that a plain function computes; what the function reads is recorded anew at every run.</summary>
internal sealed class FunctionNode<TKey, TValue>(NodeFamily<TKey, TValue> family, TKey key) : ValueNode<TKey, TValue>(family, key)
    where TKey : notnull
{
    private NodeList _dependencies;

    public override void Release()
    {
        for (var i = 0; i < _dependencies.Count; i++)
            Graph.Detach(_dependencies[i], this);
        _dependencies = default;
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
            Relink(recorder);
        }
    }

    private void Relink(DependencyRecorder recorder)
    {
        var before = _dependencies;
        if (before.IsSame(recorder.Dependencies))
            return;
        _dependencies = new NodeList(recorder.Dependencies);
        for (var i = 0; i < before.Count; i++)
        {
            if (!recorder.Contains(before[i]))
                Graph.Detach(before[i], this);
        }
    }
}
