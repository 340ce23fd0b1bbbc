namespace ControlPlane.Model.Incremental;

/// <summary>How much work one derivation has caused.</summary>
public sealed class DerivationCounter
{
    /// <summary>How often it was computed.</summary>
    public long Runs { get; internal set; }

    /// <summary>How often the result differed from the one before.</summary>
    public long Changes { get; internal set; }
}
