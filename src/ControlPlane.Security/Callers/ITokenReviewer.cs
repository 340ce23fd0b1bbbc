namespace ControlPlane.Security.Callers;

/// <summary>Asks the cluster about a token: the TokenReview of the Kubernetes API. Implemented where the cluster's client is.</summary>
public interface ITokenReviewer
{
    /// <summary>Reviews a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">The audiences of which it must have one.</param>
    /// <param name="cancellationToken">Ends with the call, or after the deadline of the review.</param>
    /// <returns>status of the review, as the API server answered.</returns>
    Task<TokenReviewStatus> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken);
}
