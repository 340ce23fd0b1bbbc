namespace ControlPlane.Injection.Webhook;

/// <summary>What became of a request to the validating webhook, in the words of Istio's metrics.</summary>
public enum ValidationOutcome
{
    /// <summary>The object is allowed.</summary>
    Passed,

    /// <summary>Neither creation nor update: allowed.</summary>
    UnsupportedOperation,

    /// <summary>Of a kind that is not checked here: allowed.</summary>
    UnknownType,

    /// <summary>There is no object: refused.</summary>
    DecodeError,

    /// <summary>The object is refused.</summary>
    InvalidResource,

    /// <summary>The check itself failed, a defect: the object is allowed.</summary>
    CheckFailed,

    /// <summary>The request is no review.</summary>
    NoReview,
}
