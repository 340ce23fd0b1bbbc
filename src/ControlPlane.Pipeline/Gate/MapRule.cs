using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>The rule of a field that holds a map.</summary>
internal sealed class MapRule : FieldRule
{
    private readonly int _minPairs;
    private readonly int _maxPairs;
    private readonly bool _ignoreEmpty;
    private readonly IValueRule? _keys;
    private readonly IValueRule? _values;
    private readonly MessageRules? _below;

    /// <summary>Works out the rule.</summary>
    public MapRule(FieldDescriptor field, MapRules? rules, ResourceValidator validator)
        : base(field)
    {
        var keyField = field.MessageType.FindFieldByNumber(1);
        var valueField = field.MessageType.FindFieldByNumber(2);
        _minPairs = ValueRules.Count(rules is { HasMinPairs: true } ? rules.MinPairs : 0);
        _maxPairs = ValueRules.Count(rules is { HasMaxPairs: true } ? rules.MaxPairs : ulong.MaxValue);
        _ignoreEmpty = rules is { IgnoreEmpty: true };
        _keys = ValueRules.Of(keyField, rules?.Keys);
        _values = ValueRules.Of(valueField, rules?.Values);
        _below = Below(valueField, rules?.Values, validator);
    }

    /// <inheritdoc/>
    protected override bool IsIdle => _minPairs == 0 && _maxPairs == int.MaxValue && _keys is null && _values is null && _below is null;

    /// <inheritdoc/>
    protected override void CheckValue(IMessage message, object? value, ValidationWalk walk)
    {
        var map = (IDictionary)value!;
        if (map.Count == 0 && (_ignoreEmpty || _minPairs == 0))
            return;
        if (map.Count < _minPairs || map.Count > _maxPairs)
            walk.Report(Name, null, string.Create(CultureInfo.InvariantCulture, $"must have {ValueRules.Range(_minPairs, _maxPairs)} entries, not {map.Count}"));
        foreach (DictionaryEntry entry in map)
        {
            object key = entry.Key;
            if (walk.IsFull)
                return;
            if (_keys?.Check(key) is { } reason)
                walk.Report(Name, key, "the key " + reason);
            CheckOne(entry.Value!, key, _values, _below, walk);
        }
    }
}
