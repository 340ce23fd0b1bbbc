using System.Runtime.ExceptionServices;

namespace ControlPlane.Model.Incremental;

/// <summary>A value that is computed from other nodes.</summary>
internal abstract class ComputedNode(DerivationGraph graph) : Node
{
    private List<Node>? _suspects;
    private ExceptionDispatchInfo? _error;
    private bool _computed;
    private bool _computing;
    private long _verifiedAt;

    /// <summary>How many times the graph was asked to keep the node although nothing depends on it.</summary>
    public int Pins { get; set; }

    public abstract Derivation Derivation { get; }

    protected DerivationGraph Graph { get; } = graph;

    public override void OnSuspect(Node dependency)
    {
        if (_suspects is not null)
        {
            if (!ReferenceEquals(_suspects[^1], dependency))
                _suspects.Add(dependency);
            return;
        }

        _suspects = [dependency];
        if (Pins > 0)
            Graph.AddSuspectPin(this);
        SuspectDependents();
    }

    public override void Ensure()
    {
        if (_computing)
            throw new InvalidOperationException($"derivation '{Derivation}' depends on itself");
        if (!_computed)
        {
            Run(null);
            return;
        }

        if (_suspects is not { } suspects)
            return;
        List<Node>? changed = null;
        _computing = true;
        try
        {
            foreach (var suspect in suspects)
            {
                suspect.Ensure();
                if (suspect.ChangedAt > _verifiedAt)
                    (changed ??= []).Add(suspect);
            }
        }
        finally
        {
            _computing = false;
        }

        _suspects = null;
        if (changed is null)
            _verifiedAt = Graph.Revision;
        else
            Run(changed);
    }

    /// <summary>What the last computation threw, null where it succeeded.</summary>
    public Exception? Error => _error?.SourceException;

    /// <summary>Throws what the computation threw, if it did.</summary>
    protected void ThrowIfFailed() => _error?.Throw();

    /// <summary>
    /// Computes the value; returns whether it differs from the one before. <paramref name="changed"/> names the dependencies that
    /// differ, null where all must be taken for different (the first time, and after a fault).
    /// </summary>
    protected abstract bool Compute(IReadOnlyList<Node>? changed);

    private void Run(IReadOnlyList<Node>? changed)
    {
        var differs = true;
        _computing = true;
        try
        {
            differs = Compute(_error is null ? changed : null) || _error is not null || !_computed;
            _error = null;
        }
#pragma warning disable CA1031 // A fault in one derivation must not lose track of what it depends on: the next change of these tries again.
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception);
        }
#pragma warning restore CA1031
        finally
        {
            _computing = false;
            _computed = true;
            _verifiedAt = Graph.Revision;
            if (differs)
                ChangedAt = Graph.Revision;
            Graph.CountRun(Derivation, differs);
        }
    }
}
