using System.Collections.Immutable;

namespace ControlPlane.Model.Delivery;

/// <summary>
/// All resources of one type that a class of proxies has at one moment, sorted by name. Immutable; a successor shares what did not
/// change and remembers briefly what did, so that the difference of two recent sets costs what differs.
/// </summary>
public sealed class ResourceSet
{
    private const int HistoryLength = 32;

    private readonly ImmutableSortedDictionary<string, EncodedResource> _resources;

    // The names that differ at each of the last steps to this set, the newest last.
    private readonly string[][] _history;
    private readonly object _lineage;
    private readonly long _step;
    private int _hasSuccessor;

    private ResourceSet(
        ImmutableSortedDictionary<string, EncodedResource> resources, string[][] history, object lineage, long step)
    {
        _resources = resources;
        _history = history;
        _lineage = lineage;
        _step = step;
    }

    /// <summary>A set without resources.</summary>
    public static ResourceSet Empty { get; } = From([]);

    /// <summary>
    /// For types that are computed from the names asked for (proxyless gRPC listeners, secrets): those names. Null for a set that
    /// does not depend on what is asked.
    /// </summary>
    public NameSet? Asked { get; private init; }

    /// <summary>Number of resources.</summary>
    public int Count => _resources.Count;

    /// <summary>The resources, sorted by name ordinally.</summary>
    public IEnumerable<EncodedResource> Resources => _resources.Values;

    /// <summary>Makes a set from scratch.</summary>
    public static ResourceSet From(IEnumerable<EncodedResource> resources, NameSet? asked = null)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, EncodedResource>(StringComparer.Ordinal);
        foreach (var resource in resources)
            builder[resource.Name] = resource;
        return new ResourceSet(builder.ToImmutable(), [], new object(), 0) { Asked = asked };
    }

    /// <summary>The resource of that name, or null.</summary>
    public EncodedResource? Find(string name) => _resources.GetValueOrDefault(name);

    /// <summary>
    /// A successor with some entries set or (null) removed. Entries that are there already with the same content are left alone;
    /// where nothing differs the result is this very set.
    /// </summary>
    public ResourceSet With(IEnumerable<KeyValuePair<string, EncodedResource?>> changes)
    {
        var builder = _resources.ToBuilder();
        var changed = new List<string>();
        foreach (var (name, resource) in changes)
        {
            var old = builder.GetValueOrDefault(name);
            if (resource is null ? old is null : resource.SameContent(old))
                continue;
            changed.Add(name);
            if (resource is null)
                builder.Remove(name);
            else
                builder[name] = resource;
        }

        if (changed.Count == 0)
            return this;
        var step = _step + 1;

        // Of two successors of one set only the first continues its history: the steps of the other are not comparable with it.
        if (Interlocked.Exchange(ref _hasSuccessor, 1) != 0)
            return new ResourceSet(builder.ToImmutable(), [], new object(), 0) { Asked = Asked };
        var kept = _history.AsSpan(Math.Max(_history.Length - (HistoryLength - 1), 0));
        return new ResourceSet(builder.ToImmutable(), [.. kept, [.. changed]], _lineage, step) { Asked = Asked };
    }

    /// <summary>
    /// Names of the resources that differ (added, changed, removed) between an older set and this one, each once, sorted. Costs what
    /// differs where the older set is a recent ancestor of this one, else one walk over both.
    /// </summary>
    public IReadOnlyCollection<string> ChangedSince(ResourceSet older)
    {
        if (ReferenceEquals(this, older))
            return [];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (ReferenceEquals(_lineage, older._lineage) && older._step <= _step && _step - older._step <= _history.Length)
        {
            foreach (var step in _history.AsSpan(_history.Length - (int)(_step - older._step)))
                names.UnionWith(step);
            names.RemoveWhere(n => SameIn(older, n));
            return names;
        }

        foreach (var (name, resource) in _resources)
        {
            if (!resource.SameContent(older.Find(name)))
                names.Add(name);
        }

        foreach (var name in older._resources.Keys)
        {
            if (!_resources.ContainsKey(name))
                names.Add(name);
        }

        return names;
    }

    private bool SameIn(ResourceSet other, string name)
    {
        var mine = Find(name);
        return mine is null ? other.Find(name) is null : mine.SameContent(other.Find(name));
    }
}
