using System.Collections.Immutable;

namespace ControlPlane.Model.Delivery;

/// <summary>Everything that one proxy is to have: a set of resources per type. Immutable and shared by all proxies for which it is the same.</summary>
public sealed class EncodedConfig
{
    private readonly ImmutableArray<ResourceSet> _sets;

    /// <summary>Makes a configuration.</summary>
    /// <param name="snapshot">Number of the snapshot it was made from; never falls from one configuration of a session to the next.</param>
    /// <param name="sets">The sets; a type that is missing has an empty one.</param>
    public EncodedConfig(long snapshot, IReadOnlyDictionary<XdsType, ResourceSet> sets)
    {
        Snapshot = snapshot;
        _sets = [.. XdsTypes.All.Select(t => sets.GetValueOrDefault(t) ?? ResourceSet.Empty)];
    }

    private EncodedConfig(long snapshot, ImmutableArray<ResourceSet> sets)
    {
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
