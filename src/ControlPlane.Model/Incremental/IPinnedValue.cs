namespace ControlPlane.Model.Incremental;

/// <summary>A value that a <see cref="DerivationGraph"/> keeps as long as it is pinned. It is read without being looked up by its key.</summary>
/// <typeparam name="TKey">Key.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
public interface IPinnedValue<out TKey, out TValue>
{
    /// <summary>What it is computed for.</summary>
    TKey Key { get; }

    /// <summary>The value, brought up to date. Throws what its computation threw.</summary>
    TValue Get();
}
