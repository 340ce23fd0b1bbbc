using System.Collections.Frozen;
using System.Globalization;
using Envoy.Annotations;
using Google.Protobuf.Reflection;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on an enum value.</summary>
internal sealed class EnumRule : IValueRule
{
    private readonly EnumDescriptor _type;
    private readonly FrozenSet<int>? _allowed;
    private readonly FrozenSet<int> _refused;

    private EnumRule(EnumDescriptor type, FrozenSet<int>? allowed, FrozenSet<int> refused)
    {
        _type = type;
        _allowed = allowed;
        _refused = refused;
    }

    /// <summary>The rule, or null where every number is right.</summary>
    /// <param name="type">The enum.</param>
    /// <param name="rules">What a field states about it.</param>
    public static EnumRule? Of(EnumDescriptor type, EnumRules? rules)
    {
        var refused = type.Values.Where(IsDisallowed).Select(value => value.Number).Concat(rules?.NotIn ?? []).ToFrozenSet();
        IEnumerable<int>? allowed = rules switch
        {
            { HasConst: true } => [rules.Const],
            { In.Count: > 0 } => rules.In,
            { DefinedOnly: true } => type.Values.Select(value => value.Number),
            _ => null,
        };
        return allowed is null && refused.Count == 0 ? null : new EnumRule(type, allowed?.ToFrozenSet(), refused);
    }

    /// <summary>Whether Envoy refuses a value unless its runtime allows it.</summary>
    public static bool IsDisallowed(EnumValueDescriptor value) => value.GetOptions()?.GetExtension(DeprecationExtensions.DisallowedByDefaultEnum) == true;

    /// <inheritdoc/>
    public string? Check(object value)
    {
        int number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        bool right = _allowed?.Contains(number) != false && !_refused.Contains(number);
        return right ? null : $"must not be {_type.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture)}";
    }
}
