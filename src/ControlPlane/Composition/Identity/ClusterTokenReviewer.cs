using ControlPlane.Kubernetes;
using ControlPlane.Security.Callers;

namespace ControlPlane.Composition.Identity;

/// <summary>Asks the cluster about tokens.</summary>
internal sealed class ClusterTokenReviewer(KubernetesCluster cluster) : ITokenReviewer
{
    public async Task<TokenReviewStatus> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        var result = await cluster.Tokens.ReviewAsync(token, audiences, cancellationToken);
        if (result.Error is { } error)
            throw new HttpRequestException(error.Message);
        var identity = result.Value;

        // The cluster's client gives an identity only to tokens that have one of the audiences.
        return new TokenReviewStatus
        {
            Authenticated = identity.IsValid, Username = identity.UserName, Groups = identity.Groups, Audiences = identity.IsValid ? [.. audiences] : [],
            PodName = identity.PodName, PodUid = identity.PodUid, Error = identity.Reason,
        };
    }
}
