namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>A SubjectAccessReview of authorization.k8s.io/v1, or a SelfSubjectAccessReview (without a user).</summary>
internal sealed record AccessReviewObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "authorization.k8s.io/v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "SubjectAccessReview";

    /// <summary>The question.</summary>
    public AccessReviewSpec Spec { get; init; } = new();

    /// <summary>The answer.</summary>
    public AccessReviewStatus? Status { get; init; }
}

/// <summary>The question: who wants to do what.</summary>
internal sealed record AccessReviewSpec
{
    public string? User { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    public AccessReviewAttributes? ResourceAttributes { get; init; }
}

/// <summary>What is to be done.</summary>
internal sealed record AccessReviewAttributes
{
    public string? Group { get; init; }

    public string? Resource { get; init; }

    public string? Subresource { get; init; }

    public string? Verb { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }
}

/// <summary>The answer.</summary>
internal sealed record AccessReviewStatus
{
    public bool Allowed { get; init; }

    public string? Reason { get; init; }
}
