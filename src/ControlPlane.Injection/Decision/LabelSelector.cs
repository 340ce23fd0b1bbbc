namespace ControlPlane.Injection.Decision;

/// <summary>A label selector of Kubernetes: all requirements must be met.</summary>
/// <param name="Requirements">The requirements; those of matchLabels are In with one value.</param>
public sealed record LabelSelector(IReadOnlyList<SelectorRequirement> Requirements)
{
    /// <summary>Whether it has no requirement, so that it matches everything.</summary>
    public bool IsEmpty => Requirements.Count == 0;

    /// <summary>Whether labels meet all requirements.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Requirements.All(requirement => requirement.Matches(labels));
}
