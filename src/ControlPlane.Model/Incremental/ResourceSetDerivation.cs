using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Model.Incremental;

/// <summary>
/// The set of the encoded resources of one type for a key (a class of proxies): which items are in it, and what each of them
/// encodes to. When one item changes only its entry is replaced: the cost does not grow with the set. An item whose value is null
/// has no entry; one whose computation failed keeps the entry that it had.
/// </summary>
/// <typeparam name="TKey">Key of the set.</typeparam>
/// <typeparam name="TItem">Key of an item.</typeparam>
public sealed class ResourceSetDerivation<TKey, TItem> : Derivation<TKey, ResourceSet>
    where TKey : notnull
    where TItem : notnull
{
    /// <summary>Declares a set.</summary>
    /// <param name="name">A name for counters and errors.</param>
    /// <param name="members">The items of a key; of two with one resource name the later wins.</param>
    /// <param name="resource">The encoded resource of an item.</param>
    /// <param name="asked">The names that the set answers, null for a set that does not depend on what is asked.</param>
    public ResourceSetDerivation(
        string name,
        Derivation<TKey, EquatableArray<TItem>> members,
        Derivation<TItem, EncodedResource?> resource,
        Func<TKey, NameSet?>? asked = null)
        : base(name)
    {
        Members = members;
        Resource = resource;
        Asked = asked ?? (static _ => null);
    }

    internal Derivation<TKey, EquatableArray<TItem>> Members { get; }

    internal Derivation<TItem, EncodedResource?> Resource { get; }

    internal Func<TKey, NameSet?> Asked { get; }

    internal override ValueNode<TKey, ResourceSet> CreateNode(NodeFamily<TKey, ResourceSet> family, TKey key) =>
        new ResourceSetNode<TKey, TItem>(family, this, key);
}
