using System.Collections;
using Envoy.Annotations;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>What there is to check in one field, its elements included.</summary>
internal abstract class FieldRule
{
    private readonly bool _disallowed;

    /// <summary>A rule of that field.</summary>
    protected FieldRule(FieldDescriptor field)
    {
        Field = field;
        Name = field.Name;
        _disallowed = field.GetOptions()?.GetExtension(DeprecationExtensions.DisallowedByDefault) == true;
    }

    /// <summary>The field.</summary>
    protected FieldDescriptor Field { get; }

    /// <summary>Its name in the definitions.</summary>
    protected string Name { get; }

    /// <summary>The rule of a field, or null where nothing about it can be wrong.</summary>
    public static FieldRule? Of(FieldDescriptor field, ResourceValidator validator)
    {
        var rules = field.GetOptions()?.GetExtension(ValidateExtensions.Rules);
        FieldRule rule = field switch
        {
            { IsMap: true } => new MapRule(field, rules?.Map, validator),
            { IsRepeated: true } => new RepeatedRule(field, rules?.Repeated, validator),
            _ => new SingularRule(field, rules, validator),
        };
        return rule.IsIdle && !rule._disallowed ? null : rule;
    }

    /// <summary>Checks the field in a message.</summary>
    public void Check(IMessage message, ValidationWalk walk)
    {
        object? value = Field.Accessor.GetValue(message);
        if (_disallowed && IsSet(message, value))
            walk.Report(Name, null, "Envoy refuses this deprecated field unless its runtime allows it");
        if (!IsIdle)
            CheckValue(message, value, walk);
    }

    /// <summary>Whether nothing about the value can be wrong.</summary>
    protected abstract bool IsIdle { get; }

    /// <summary>Checks the value of the field in a message.</summary>
    protected abstract void CheckValue(IMessage message, object? value, ValidationWalk walk);

    /// <summary>Reports a value that breaks its rule, and goes down into it when it is a message.</summary>
    protected void CheckOne(object value, object? key, IValueRule? rule, MessageRules? below, ValidationWalk walk)
    {
        if (rule?.Check(value) is { } reason)
            walk.Report(Name, key, reason);
        if (below is null || !walk.Enter(Name, key))
            return;
        below.Check((IMessage)value, walk);
        walk.Leave();
    }

    /// <summary>The rules of the message type that the values of a field have, or null where they have none (wrappers appear as plain values).</summary>
    protected static MessageRules? Below(FieldDescriptor field, FieldRules? rules, ResourceValidator validator)
    {
        bool skipped = rules?.Message is { HasSkip: true, Skip: true };
        return field.FieldType != FieldType.Message || skipped || Wrappers.IsOne(field.MessageType) ? null : validator.RulesOf(field.MessageType);
    }

    private bool IsSet(IMessage message, object? value) => value switch
    {
        null => false,
        ICollection many => many.Count > 0,
        _ when Field.HasPresence => Field.Accessor.HasValue(message),
        string text => text.Length > 0,
        ByteString bytes => !bytes.IsEmpty,
        _ => !value.Equals(Activator.CreateInstance(value.GetType())),
    };
}
