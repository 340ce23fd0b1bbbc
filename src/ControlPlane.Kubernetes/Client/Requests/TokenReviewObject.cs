namespace ControlPlane.Kubernetes.Client.Requests;

/// <summary>A TokenReview of authentication.k8s.io/v1.</summary>
internal sealed record TokenReviewObject
{
    /// <summary>Its apiVersion.</summary>
    public string ApiVersion { get; init; } = "authentication.k8s.io/v1";

    /// <summary>Its kind.</summary>
    public string Kind { get; init; } = "TokenReview";

    /// <summary>The question.</summary>
    public TokenReviewSpec Spec { get; init; } = new();

    /// <summary>The answer.</summary>
    public TokenReviewStatus? Status { get; init; }
}

/// <summary>The question: a token and for whom it must be meant.</summary>
internal sealed record TokenReviewSpec
{
    public string? Token { get; init; }

    public IReadOnlyList<string>? Audiences { get; init; }
}

/// <summary>The answer.</summary>
internal sealed record TokenReviewStatus
{
    public bool Authenticated { get; init; }

    public TokenReviewUser? User { get; init; }

    public IReadOnlyList<string>? Audiences { get; init; }

    public string? Error { get; init; }
}

/// <summary>Who the token is.</summary>
internal sealed record TokenReviewUser
{
    public string? Username { get; init; }

    public string? Uid { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    public Dictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}
