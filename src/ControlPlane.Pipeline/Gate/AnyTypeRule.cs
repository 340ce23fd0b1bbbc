using Google.Protobuf.WellKnownTypes;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on the type of what an Any carries.</summary>
internal sealed class AnyTypeRule : IValueRule
{
    private readonly AnyRules _rules;

    private AnyTypeRule(AnyRules rules) => _rules = rules;

    /// <summary>The rule, or null where every type is right.</summary>
    public static AnyTypeRule? Of(AnyRules rules) => rules.In.Count == 0 && rules.NotIn.Count == 0 ? null : new AnyTypeRule(rules);

    /// <inheritdoc/>
    public string? Check(object value)
    {
        string type = ((Any)value).TypeUrl;
        bool right = (_rules.In.Count == 0 || _rules.In.Contains(type)) && !_rules.NotIn.Contains(type);
        return right ? null : $"must not be of type \"{type}\"";
    }
}
