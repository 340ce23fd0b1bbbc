using ControlPlane.Model.Collections;

namespace ControlPlane.Security.Callers;

/// <summary>The status of a TokenReview (authentication.k8s.io/v1), cut down to what is read.</summary>
public sealed record TokenReviewStatus
{
    /// <summary>status.authenticated.</summary>
    public bool Authenticated { get; init; }

    /// <summary>status.user.username, e.g. system:serviceaccount:shop:web.</summary>
    public string Username { get; init; } = "";

    /// <summary>status.user.groups.</summary>
    public EquatableArray<string> Groups { get; init; } = [];

    /// <summary>status.audiences: those of the request that the token has. An API server that does not know audiences leaves them out.</summary>
    public EquatableArray<string> Audiences { get; init; } = [];

    /// <summary>The value of status.user.extra authentication.kubernetes.io/pod-name; "" where absent.</summary>
    public string PodName { get; init; } = "";

    /// <summary>The value of status.user.extra authentication.kubernetes.io/pod-uid; "" where absent.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>status.error; "" where absent.</summary>
    public string Error { get; init; } = "";
}
