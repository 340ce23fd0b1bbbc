namespace ControlPlane.Injection.Decision;

/// <summary>One requirement of a label selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it compares.</param>
/// <param name="Values">What it is compared with; empty for Exists and DoesNotExist.</param>
public sealed record SelectorRequirement(string Key, SelectorOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels meet it.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var there = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            SelectorOperator.In => there && Values.Contains(value!),
            SelectorOperator.NotIn => !there || !Values.Contains(value!),
            SelectorOperator.Exists => there,
            _ => !there,
        };
    }
}
