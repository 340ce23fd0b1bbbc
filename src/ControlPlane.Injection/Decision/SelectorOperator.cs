namespace ControlPlane.Injection.Decision;

/// <summary>How a requirement of a label selector compares.</summary>
public enum SelectorOperator
{
    /// <summary>The label is there with one of the values.</summary>
    In,

    /// <summary>The label is absent or has none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is absent.</summary>
    DoesNotExist,
}
