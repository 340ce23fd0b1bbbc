namespace ControlPlane.Metrics;

/// <summary>The tags of a measurement, compared by value whatever their order.</summary>
internal readonly struct LabelSet : IEquatable<LabelSet>
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly int _hash;

    public LabelSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _tags = tags.ToArray();
        if (_tags.Length > 1)
            Array.Sort(_tags, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
        var hash = default(HashCode);
        foreach (var (key, value) in _tags)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The labels as text, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels =>
        [.. _tags.Select(tag => KeyValuePair.Create(tag.Key, Convert.ToString(tag.Value, System.Globalization.CultureInfo.InvariantCulture) ?? ""))];

    public bool Equals(LabelSet other)
    {
        if (_hash != other._hash || _tags.Length != other._tags.Length)
            return false;
        for (var i = 0; i < _tags.Length; i++)
        {
            if (_tags[i].Key != other._tags[i].Key || !Equals(_tags[i].Value, other._tags[i].Value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is LabelSet other && Equals(other);

    public override int GetHashCode() => _hash;
}
