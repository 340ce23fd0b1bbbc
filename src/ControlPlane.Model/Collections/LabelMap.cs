using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace ControlPlane.Model.Collections;

/// <summary>
/// An immutable map of strings (labels, annotations, selectors) with value equality, kept sorted by ordinal key so that what is
/// made from it is deterministic.
/// </summary>
public sealed class LabelMap : IEquatable<LabelMap>, IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly KeyValuePair<string, string>[] _items;
    private readonly int _hash;

    private LabelMap(KeyValuePair<string, string>[] sorted)
    {
        _items = sorted;
        var hash = new HashCode();
        foreach (var (key, value) in sorted)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The map without entries.</summary>
    public static LabelMap Empty { get; } = new([]);

    /// <summary>Copies <paramref name="items"/>; of several entries with one key the last wins.</summary>
    public static LabelMap From(IEnumerable<KeyValuePair<string, string>>? items)
    {
        if (items is null)
            return Empty;
        if (items is LabelMap map)
            return map;
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in items)
            sorted[key] = value;
        return sorted.Count == 0 ? Empty : new LabelMap([.. sorted]);
    }

    /// <summary>Number of entries.</summary>
    public int Count => _items.Length;

    /// <summary>Whether there is no entry.</summary>
    public bool IsEmpty => _items.Length == 0;

    /// <summary>The value of <paramref name="key"/>, or null where there is none.</summary>
    public string? this[string key] => TryGetValue(key, out var value) ? value : null;

    /// <summary>Whether <paramref name="key"/> is present, whatever its value.</summary>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Finds the value of <paramref name="key"/>.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
    {
        int low = 0, high = _items.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_items[middle].Key, key);
            if (order == 0)
            {
                value = _items[middle].Value;
                return true;
            }

            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        value = null;
        return false;
    }

    /// <summary>
    /// Whether every entry of this map, read as a selector, is in <paramref name="labels"/> with the same value. An empty
    /// selector matches everything: callers for whom it means nothing must ask <see cref="IsEmpty"/> first.
    /// </summary>
    public bool IsSubsetOf(LabelMap labels)
    {
        foreach (var (key, value) in _items)
        {
            if (!labels.TryGetValue(key, out var other) || !string.Equals(value, other, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(LabelMap? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _hash != other._hash || _items.Length != other._items.Length)
            return false;
        for (var i = 0; i < _items.Length; i++)
        {
            if (!string.Equals(_items[i].Key, other._items[i].Key, StringComparison.Ordinal)
                || !string.Equals(_items[i].Value, other._items[i].Value, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelMap);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    /// <summary>The entries as <c>key=value</c>, joined by commas, as Kubernetes writes selectors.</summary>
    public override string ToString() => string.Join(',', _items.Select(i => $"{i.Key}={i.Value}"));
}
