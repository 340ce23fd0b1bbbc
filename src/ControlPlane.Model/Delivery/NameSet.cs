using System.Collections;
using System.Collections.Frozen;

namespace ControlPlane.Model.Delivery;

/// <summary>
/// An immutable set of resource names with value equality. Streams that subscribe to the same names share one instance
/// (see <see cref="NameSetPool"/>), so that a stream's memory does not grow with the number of services.
/// </summary>
public sealed class NameSet : IEquatable<NameSet>, IReadOnlyCollection<string>
{
    private readonly string[] _sorted;
    private readonly FrozenSet<string> _lookup;
    private readonly int _hash;

    private NameSet(string[] sorted)
    {
        _sorted = sorted;
        _lookup = sorted.ToFrozenSet(StringComparer.Ordinal);
        var hash = new HashCode();
        foreach (var name in sorted)
            hash.Add(name, StringComparer.Ordinal);
        _hash = hash.ToHashCode();
    }

    /// <summary>The set without names.</summary>
    public static NameSet Empty { get; } = new([]);

    /// <summary>Copies names; duplicates count once.</summary>
    public static NameSet From(IEnumerable<string> names)
    {
        var sorted = names.Distinct(StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0)
            return Empty;
        Array.Sort(sorted, StringComparer.Ordinal);
        return new NameSet(sorted);
    }

    /// <summary>Number of names.</summary>
    public int Count => _sorted.Length;

    /// <summary>Whether the name is in the set.</summary>
    public bool Contains(string name) => _lookup.Contains(name);

    /// <summary>This set and more names; this very set where they add nothing.</summary>
    public NameSet Union(IReadOnlyCollection<string> names) => names.All(Contains) ? this : From(_sorted.Concat(names));

    /// <summary>This set without some names; this very set where none of them is in it.</summary>
    public NameSet Except(IReadOnlyCollection<string> names)
    {
        if (!names.Any(Contains))
            return this;
        var gone = names.ToHashSet(StringComparer.Ordinal);
        return From(_sorted.Where(n => !gone.Contains(n)));
    }

    /// <inheritdoc/>
    public bool Equals(NameSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _sorted.AsSpan().SequenceEqual(other._sorted));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NameSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The names, sorted ordinally.</summary>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _sorted.GetEnumerator();
}
