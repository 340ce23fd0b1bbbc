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

    // The last steps to this set, the newest last: its own. A set whose own step is among them is an ancestor.
    private readonly Step[] _history;

    // The exclusive or of the hashes of the resources: what tells most sets apart.
    private readonly int _hash;

    private ResourceSet(ImmutableSortedDictionary<string, EncodedResource> resources, Step[] history, int hash)
    {
        _resources = resources;
        _history = history;
        _hash = hash;
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
        var builder = ImmutableSortedDictionary.CreateBuilder<string, EncodedResource>(StringComparer.Ordinal, ByContent.Instance);
        foreach (var resource in resources)
            builder[resource.Name] = resource;
        var hash = 0;
        foreach (var resource in builder.Values)
            hash ^= HashOf(resource);
        return new ResourceSet(builder.ToImmutable(), [new Step([])], hash) { Asked = asked };
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
        var hash = _hash;
        foreach (var (name, resource) in changes)
        {
            var old = builder.GetValueOrDefault(name);
            if (resource is null ? old is null : resource.SameContent(old))
                continue;
            changed.Add(name);
            hash ^= HashOf(resource) ^ HashOf(old);
            if (resource is null)
                builder.Remove(name);
            else
                builder[name] = resource;
        }

        return changed.Count == 0 ? this : Succeeded(builder.ToImmutable(), [.. changed], hash);
    }

    /// <summary>A successor with one resource set; this very set where it is there already with the same content.</summary>
    public ResourceSet With(EncodedResource resource)
    {
        // Which keeps what has the same content.
        var resources = _resources.SetItem(resource.Name, resource);
        return ReferenceEquals(resources, _resources)
            ? this
            : Succeeded(resources, [resource.Name], _hash ^ HashOf(resource) ^ HashOf(Find(resource.Name)));
    }

    /// <summary>Whether two sets hold the same resources with the same content, and answer the same names.</summary>
    internal bool IsSame(ResourceSet other) =>
        ReferenceEquals(this, other)
        || (_hash == other._hash && Count == other.Count && Equals(Asked, other.Asked) && ChangedSince(other).Count == 0);

    /// <summary>
    /// Names of the resources that differ (added, changed, removed) between an older set and this one, each once, sorted. Costs what
    /// differs where the older set is a recent ancestor of this one, else one walk over both.
    /// </summary>
    public IReadOnlyCollection<string> ChangedSince(ResourceSet older)
    {
        if (ReferenceEquals(this, older))
            return [];
        var ancestor = Array.LastIndexOf(_history, older._history[^1]);
        if (ancestor >= 0)
            return ChangedBy(_history.AsSpan(ancestor + 1), older);
        var names = new SortedSet<string>(StringComparer.Ordinal);
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

    private ResourceSet Succeeded(ImmutableSortedDictionary<string, EncodedResource> resources, string[] changed, int hash) =>
        new(resources, [.. _history.AsSpan(Math.Max(_history.Length - HistoryLength, 0)), new Step(changed)], hash) { Asked = Asked };

    private static int HashOf(EncodedResource? resource) => resource is null ? 0 : string.GetHashCode(resource.Version);

    private IReadOnlyCollection<string> ChangedBy(ReadOnlySpan<Step> steps, ResourceSet older)
    {
        // One resource in one step is what nearly all changes come to.
        if (steps is [{ Names: [_] names }])
            return names;
        var all = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
            all.UnionWith(step.Names);
        all.RemoveWhere(n => SameIn(older, n));
        return all;
    }

    private bool SameIn(ResourceSet other, string name)
    {
        var mine = Find(name);
        return mine is null ? other.Find(name) is null : mine.SameContent(other.Find(name));
    }

    private sealed class ByContent : IEqualityComparer<EncodedResource>
    {
        public static ByContent Instance { get; } = new();

        public bool Equals(EncodedResource? x, EncodedResource? y) => x is null ? y is null : x.SameContent(y);

        public int GetHashCode(EncodedResource obj) => string.GetHashCode(obj.Version);
    }

    /// <summary>A step from one set to the next, known by its identity.</summary>
    private sealed class Step(string[] names)
    {
        /// <summary>The resources that differ; of a set made from scratch none.</summary>
        public string[] Names => names;
    }
}
