using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Model.Incremental;

/// <summary>The node of a <see cref="ResourceSetDerivation{TKey,TItem}"/>: it keeps its edges itself, one to the member list and one per item.</summary>
internal sealed class ResourceSetNode<TKey, TItem>(NodeFamily<TKey, ResourceSet> family, ResourceSetDerivation<TKey, TItem> derivation, TKey key)
    : ValueNode<TKey, ResourceSet>(family, key)
    where TKey : notnull
    where TItem : notnull
{
    /// <summary>The items, and the names of their resources; null where an item has none.</summary>
    private readonly Dictionary<ValueNode<TItem, EncodedResource?>, string?> _names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<ValueNode<TItem, EncodedResource?>> _failed = new(ReferenceEqualityComparer.Instance);
    private ValueNode<TKey, EquatableArray<TItem>>? _members;

    public override void Release()
    {
        if (_members is not null)
            Graph.Detach(_members, this);
        foreach (var item in _names.Keys)
            Graph.Detach(item, this);
        _names.Clear();
        base.Release();
    }

    protected override bool Compute(IReadOnlyList<Node>? changed)
    {
        if (_members is null)
        {
            _members = Graph.NodeOf(derivation.Members, Key);
            _members.AddDependent(this);
            _members.Ensure();
        }

        if (changed is [ValueNode<TItem, EncodedResource?> only] && Replacement(only) is { } replacement)
            return Accept(Graph.SetSteps.With(LastValue!, [KeyValuePair.Create<string, EncodedResource?>(replacement.Name, replacement)]));
        var entries = new Dictionary<string, EncodedResource?>(StringComparer.Ordinal);
        var dirty = changed is null ? [.. _names.Keys] : changed.OfType<ValueNode<TItem, EncodedResource?>>().ToList();
        if (changed is null || changed.Contains(_members))
            UpdateMembers(_members.Value, entries, dirty);
        var resources = new List<EncodedResource>(dirty.Count);
        foreach (var item in dirty)
            Refresh(item, entries, resources);
        KeepLastGood(entries);
        foreach (var resource in resources)
            entries[resource.Name] = resource;
        return Accept(HasValue
            ? Graph.SetSteps.With(LastValue!, entries.ToArray())
            : SameAsAnother(ResourceSet.From(entries.Values.OfType<EncodedResource>(), derivation.Asked(Key))));
    }

    /// <summary>That of another key where it is the same, so that both go on together; else the set itself.</summary>
    private ResourceSet SameAsAnother(ResourceSet set)
    {
        foreach (var node in Family.Nodes)
        {
            if (node is ResourceSetNode<TKey, TItem> { HasValue: true, LastValue: { } other } && other.IsSame(set))
                return other;
        }

        return set;
    }

    /// <summary>
    /// The new resource of the only item that differs, where it takes the place of the old one: what nearly all changes come to. Null where
    /// more is to be done.
    /// </summary>
    private EncodedResource? Replacement(ValueNode<TItem, EncodedResource?> item) =>
        _failed.Count == 0 && item.Error is null && item.Value is { } resource && _names.GetValueOrDefault(item) == resource.Name ? resource : null;

    /// <summary>Drops items that are no longer members and notes the new ones as dirty.</summary>
    private void UpdateMembers(
        EquatableArray<TItem> members, Dictionary<string, EncodedResource?> entries, List<ValueNode<TItem, EncodedResource?>> dirty)
    {
        var now = new HashSet<Node>(members.Count, ReferenceEqualityComparer.Instance);
        foreach (var item in members)
        {
            var node = Graph.NodeOf(derivation.Resource, item);
            if (!now.Add(node) || _names.ContainsKey(node))
                continue;
            node.AddDependent(this);
            node.Ensure();
            _names[node] = null;
            dirty.Add(node);
        }

        foreach (var (node, name) in _names)
        {
            if (now.Contains(node))
                continue;
            _names.Remove(node);
            _failed.Remove(node);
            if (name is not null)
                entries[name] = null;
            Graph.Detach(node, this);
        }
    }

    private void Refresh(
        ValueNode<TItem, EncodedResource?> item, Dictionary<string, EncodedResource?> entries, List<EncodedResource> resources)
    {
        // An item that left the set in this very round is not in the table any more.
        if (!_names.TryGetValue(item, out var oldName))
            return;
        _failed.Remove(item);
        if (item.Error is { } error)
        {
            _failed.Add(item);
            if (error is ResourceRejectedException rejected)
                _names[item] = rejected.ResourceName;
            return;
        }

        var resource = item.Value;
        if (oldName is not null && oldName != resource?.Name)
            entries.TryAdd(oldName, null);
        _names[item] = resource?.Name;
        if (resource is not null)
            resources.Add(resource);
    }

    /// <summary>A name that a refused item would have is not removed with the item that gave it before.</summary>
    private void KeepLastGood(Dictionary<string, EncodedResource?> entries)
    {
        foreach (var item in _failed)
        {
            if (_names[item] is { } name && entries.TryGetValue(name, out var entry) && entry is null)
                entries.Remove(name);
        }
    }
}
