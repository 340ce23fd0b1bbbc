namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>The three values of a condition.</summary>
public enum ConditionStatus
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not hold.</summary>
    False,
}
