namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>A condition of an object's status.</summary>
/// <param name="Type">What it is about, in one word: conditions of other types are other writers'.</param>
/// <param name="Status">Whether it holds.</param>
/// <param name="Reason">Why, in one word in CamelCase.</param>
/// <param name="Message">Why, for people; cut at <see cref="MaxMessage"/> characters.</param>
public sealed record StatusCondition(string Type, ConditionStatus Status, string Reason, string Message)
{
    /// <summary>The limit that Kubernetes' own type of conditions has.</summary>
    public const int MaxMessage = 32_768;

    /// <summary>metadata.generation of the object that the condition was found for; null where that is not known.</summary>
    public long? ObservedGeneration { get; init; }
}
