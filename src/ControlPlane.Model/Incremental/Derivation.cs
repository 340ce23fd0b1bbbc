namespace ControlPlane.Model.Incremental;

/// <summary>A derivation whose key and value types are not known to the caller.</summary>
public abstract class Derivation
{
    private protected Derivation(string name) => Name = name;

    /// <summary>A name for counters, traces and errors.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>
/// A family of pure functions from a key to a value, computed once per key by a <see cref="DerivationGraph"/> and again only when
/// something that the computation read has changed. If the new value equals the old one, the old reference is kept and nothing
/// that depends on it is computed (early cut-off). Declared once as a static or long-lived value; two instances never share values.
/// </summary>
/// <typeparam name="TKey">Key; its equality decides what is shared.</typeparam>
/// <typeparam name="TValue">Value; its equality (or the comparer's) decides what is a change.</typeparam>
public class Derivation<TKey, TValue> : Derivation
    where TKey : notnull
{
    /// <summary>Declares a derivation.</summary>
    /// <param name="name">A name for counters, traces and errors.</param>
    /// <param name="compute">A pure function of the key and of what it reads. It must be total: an object that it expects may be gone.</param>
    /// <param name="comparer">What counts as unchanged; the default equality where null.</param>
    public Derivation(string name, Func<IReader, TKey, TValue> compute, IEqualityComparer<TValue>? comparer = null)
        : base(name)
    {
        Compute = compute;
        Comparer = comparer ?? EqualityComparer<TValue>.Default;
    }

    private protected Derivation(string name)
        : base(name)
    {
        Compute = static (_, _) => throw new NotSupportedException();
        Comparer = EqualityComparer<TValue>.Default;
    }

    internal Func<IReader, TKey, TValue> Compute { get; }

    internal IEqualityComparer<TValue> Comparer { get; }

    internal virtual ValueNode<TKey, TValue> CreateNode(NodeFamily<TKey, TValue> family, TKey key) => new FunctionNode<TKey, TValue>(family, key);
}
