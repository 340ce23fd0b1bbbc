using Google.Protobuf;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>The rule of a field that holds one value.</summary>
internal sealed class SingularRule : FieldRule
{
    private readonly bool _required;
    private readonly bool _onlyWhenSet;
    private readonly IValueRule? _rule;
    private readonly MessageRules? _below;

    /// <summary>Works out the rule.</summary>
    public SingularRule(FieldDescriptor field, FieldRules? rules, ResourceValidator validator)
        : base(field)
    {
        _required = field.RealContainingOneof is null && IsRequired(rules); // a member of a oneof is demanded of those who choose it
        _rule = ValueRules.Of(field, rules);
        _below = Below(field, rules, validator);
        _onlyWhenSet = field.HasPresence && (field.FieldType != FieldType.Message || Wrappers.IsOne(field.MessageType));
    }

    /// <inheritdoc/>
    protected override bool IsIdle => !_required && _rule is null && _below is null;

    /// <inheritdoc/>
    protected override void CheckValue(IMessage message, object? value, ValidationWalk walk)
    {
        if (value is null)
        {
            if (_required)
                walk.Report(Name, null, "must be set");
        }
        else if (!_onlyWhenSet || Field.Accessor.HasValue(message))
        {
            CheckOne(value, null, _rule, _below, walk);
        }
    }

    private static bool IsRequired(FieldRules? rules) => rules is not null
        && (rules.Message is { HasRequired: true, Required: true }
            || rules.TypeCase switch
            {
                FieldRules.TypeOneofCase.Any => rules.Any.Required,
                FieldRules.TypeOneofCase.Duration => rules.Duration.Required,
                FieldRules.TypeOneofCase.Timestamp => rules.Timestamp.Required,
                _ => false,
            });
}
