using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Selection;

/// <summary>One condition of a label selector, as Kubernetes defines it.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">In, NotIn, Exists or DoesNotExist; any other is met by nothing.</param>
/// <param name="Values">The values of In and NotIn.</param>
internal sealed record LabelRequirement(string Key, string Operator, EquatableArray<string> Values)
{
    /// <summary>Whether labels meet it.</summary>
    public bool IsMetBy(LabelMap labels)
    {
        var value = labels[Key];
        return Operator switch
        {
            "In" => value is not null && Values.Contains(value),
            "NotIn" => value is null || !Values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
