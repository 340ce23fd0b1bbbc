using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A sequence of configurations, each a successor of the one before, as the engine makes them.</summary>
public sealed class ConfigBuilder
{
    private readonly Dictionary<XdsType, ResourceSet> _sets = [];
    private long _snapshot;

    public EncodedConfig Current { get; private set; } = new(0, new Dictionary<XdsType, ResourceSet>());

    public ConfigBuilder Set(params EncodedResource[] resources)
    {
        foreach (var group in resources.GroupBy(r => r.Type))
            Change(group.Key, group.Select(r => KeyValuePair.Create(r.Name, (EncodedResource?)r)));
        return this;
    }

    public ConfigBuilder Remove(XdsType type, params string[] names)
    {
        Change(type, names.Select(n => KeyValuePair.Create(n, (EncodedResource?)null)));
        return this;
    }

    public ConfigBuilder Replace(XdsType type, ResourceSet set)
    {
        _sets[type] = set;
        return this;
    }

    public EncodedConfig Build() => Current = new EncodedConfig(++_snapshot, _sets);

    private void Change(XdsType type, IEnumerable<KeyValuePair<string, EncodedResource?>> changes) =>
        _sets[type] = _sets.GetValueOrDefault(type, ResourceSet.From([])).With(changes);
}
