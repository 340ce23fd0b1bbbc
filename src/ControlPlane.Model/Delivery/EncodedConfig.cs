using System.Collections.Immutable;

namespace ControlPlane.Model.Delivery;

/// <summary>Everything that one proxy is to have: a set of resources per type. Immutable and shared by all proxies for which it is the same.</summary>
public sealed class EncodedConfig
{
    private readonly ImmutableArray<ResourceSet> _sets;

    /// <summary>The configuration without resources, older than any other.</summary>
    public static EncodedConfig Empty { get; } = new(0, new Dictionary<XdsType, ResourceSet>());

    /// <summary>Makes a configuration.</summary>
    /// <param name="snapshot">Number of the snapshot it was made from; never falls from one configuration of a session to the next.</param>
    /// <param name="sets">The sets; a type that is missing has an empty one.</param>
    public EncodedConfig(long snapshot, IReadOnlyDictionary<XdsType, ResourceSet> sets)
        : this(snapshot, [.. XdsTypes.All.Select(t => sets.GetValueOrDefault(t) ?? ResourceSet.Empty)])
    {
    }

    /// <summary>Makes a configuration.</summary>
    /// <param name="snapshot">See the other constructor.</param>
    /// <param name="sets">The set of each type, in the order of <see cref="XdsTypes.All"/>.</param>
    public EncodedConfig(long snapshot, ImmutableArray<ResourceSet> sets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sets.Length, XdsTypes.All.Length);
        Snapshot = snapshot;
        _sets = sets;
    }

    /// <summary>Number of the snapshot it was made from.</summary>
    public long Snapshot { get; }

    /// <summary>The resources of one type.</summary>
    public ResourceSet this[XdsType type] => _sets[(int)type];

    /// <summary>The same configuration with another set of one type.</summary>
    public EncodedConfig With(XdsType type, ResourceSet set) => new(Snapshot, _sets.SetItem((int)type, set));
}
