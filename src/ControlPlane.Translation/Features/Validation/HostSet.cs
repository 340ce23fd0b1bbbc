namespace ControlPlane.Translation.Features.Validation;

/// <summary>Hosts of an object, asked which of them covers a name; time grows with the length of the name, not with the number of hosts.</summary>
internal sealed class HostSet
{
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _wildcards = new(StringComparer.Ordinal);

    /// <summary>Takes hosts; of equal ones the first counts.</summary>
    public HostSet(IReadOnlyList<string> hosts)
    {
        for (var i = 0; i < hosts.Count; i++)
            _ = NameRules.IsWildcard(hosts[i]) ? _wildcards.TryAdd(hosts[i][1..], i) : _exact.TryAdd(hosts[i], i);
    }

    /// <summary>Whether some host covers a name, which may be a wildcard itself.</summary>
    public bool Covers(string name) => _exact.ContainsKey(name) || Wildcards(name).Any();

    /// <summary>Another host than the one at an index that covers it; -1 for none.</summary>
    /// <param name="name">The host.</param>
    /// <param name="index">Its index.</param>
    public int OtherThan(string name, int index)
    {
        if (_exact.TryGetValue(name, out var same) && same != index)
            return same;
        foreach (var other in Wildcards(name))
        {
            if (other != index)
                return other;
        }

        return -1;
    }

    private IEnumerable<int> Wildcards(string name)
    {
        var text = NameRules.IsWildcard(name) ? name[1..] : name;
        for (var start = 0; start <= text.Length && _wildcards.Count > 0; start++)
        {
            if (_wildcards.TryGetValue(text[start..], out var index))
                yield return index;
        }
    }
}
