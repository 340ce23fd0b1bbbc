using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>The rule of a field that holds a list.</summary>
internal sealed class RepeatedRule : FieldRule
{
    private readonly int _minItems;
    private readonly int _maxItems;
    private readonly bool _ignoreEmpty;
    private readonly bool _unique;
    private readonly IValueRule? _rule;
    private readonly MessageRules? _below;

    /// <summary>Works out the rule.</summary>
    public RepeatedRule(FieldDescriptor field, RepeatedRules? rules, ResourceValidator validator)
        : base(field)
    {
        _minItems = ValueRules.Count(rules is { HasMinItems: true } ? rules.MinItems : 0);
        _maxItems = ValueRules.Count(rules is { HasMaxItems: true } ? rules.MaxItems : ulong.MaxValue);
        _ignoreEmpty = rules is { IgnoreEmpty: true };
        _unique = rules is { Unique: true };
        _rule = ValueRules.Of(field, rules?.Items);
        _below = Below(field, rules?.Items, validator);
    }

    /// <inheritdoc/>
    protected override bool IsIdle => _minItems == 0 && _maxItems == int.MaxValue && !_unique && _rule is null && _below is null;

    /// <inheritdoc/>
    protected override void CheckValue(IMessage message, object? value, ValidationWalk walk)
    {
        var list = (IList)value!;
        if (list.Count == 0 && (_ignoreEmpty || _minItems == 0))
            return;
        if (list.Count < _minItems || list.Count > _maxItems)
            walk.Report(Name, null, string.Create(CultureInfo.InvariantCulture, $"must have {ValueRules.Range(_minItems, _maxItems)} elements, not {list.Count}"));
        if (_unique && list.Cast<object>().Distinct().Count() != list.Count)
            walk.Report(Name, null, "must not hold the same element twice");
        if (_rule is null && _below is null)
            return;
        for (int i = 0; i < list.Count && !walk.IsFull; i++)
            CheckOne(list[i]!, i, _rule, _below, walk);
    }
}
