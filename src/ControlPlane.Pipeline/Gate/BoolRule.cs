using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on a flag: markers in a oneof may only be true.</summary>
internal sealed class BoolRule : IValueRule
{
    private readonly bool _constant;

    private BoolRule(bool constant) => _constant = constant;

    /// <summary>The rule, or null where both values are right.</summary>
    public static BoolRule? Of(BoolRules rules) => rules.HasConst ? new BoolRule(rules.Const) : null;

    /// <inheritdoc/>
    public string? Check(object value) => (bool)value == _constant ? null : _constant ? "must be true" : "must be false";
}
