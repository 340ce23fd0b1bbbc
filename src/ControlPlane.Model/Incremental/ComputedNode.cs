using System.Runtime.ExceptionServices;

namespace ControlPlane.Model.Incremental;

/// <summary>A value that is computed from other nodes.</summary>
internal abstract class ComputedNode : Node
{
    private NodeSet _suspects;
    private long _verifiedAt;
    private bool _computed;
    private bool _computing;
    private bool _failed;
    private bool _reported;

    /// <summary>How many times the graph was asked to keep the node although nothing depends on it.</summary>
    public int Pins { get; set; }

    public abstract Derivation Derivation { get; }

    protected abstract DerivationGraph Graph { get; }

    /// <summary>Whether there was ever a value.</summary>
    protected bool HasValue { get; set; }

    public override void OnSuspect(Node dependency)
    {
        var first = _suspects.IsEmpty;
        _suspects.Add(dependency);
        if (!first)
            return;
        if (Pins > 0 && !_reported)
        {
            _reported = true;
            ReportSuspect();
        }

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

        if (_suspects.IsEmpty)
            return;
        List<Node>? changed = null;
        _computing = true;
        try
        {
            foreach (var suspect in _suspects.All)
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

        _suspects.Clear();
        if (changed is null)
            _verifiedAt = Graph.Revision;
        else
            Run(changed);
    }

    /// <summary>What the last computation threw, null where it succeeded.</summary>
    public Exception? Error => _failed ? Graph.Faults[this].SourceException : null;

    public override void Release() => ForgetFault();

    /// <summary>Hears that the report was taken: the next change is reported anew.</summary>
    public void OnReportTaken() => _reported = false;

    /// <summary>Counts a computation.</summary>
    /// <param name="differs">Whether it gave another value.</param>
    protected abstract void CountRun(bool differs);

    /// <summary>Is called when a change may concern the node, which is pinned, for the first time since the last report was taken.</summary>
    protected abstract void ReportSuspect();

    /// <summary>Throws what the computation threw, if it did.</summary>
    protected void ThrowIfFailed()
    {
        if (_failed)
            Graph.Faults[this].Throw();
    }

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
            differs = Compute(_failed ? null : changed) || _failed || !_computed;
            ForgetFault();
        }
#pragma warning disable CA1031 // A fault in one derivation must not lose track of what it depends on: the next change of these tries again.
        catch (Exception exception)
        {
            _failed = true;
            Graph.Faults[this] = ExceptionDispatchInfo.Capture(exception);
        }
#pragma warning restore CA1031
        finally
        {
            _computing = false;
            _computed = true;
            _verifiedAt = Graph.Revision;
            if (differs)
                ChangedAt = Graph.Revision;
            CountRun(differs);
        }
    }

    private void ForgetFault()
    {
        if (!_failed)
            return;
        _failed = false;
        Graph.Faults.Remove(this);
    }
}
