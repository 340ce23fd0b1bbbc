using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Reviews;

/// <summary>Asks the API server who a token is.</summary>
public sealed class TokenReviewer
{
    private const string Path = "/apis/authentication.k8s.io/v1/tokenreviews";

    /// <summary>Keys under which the server names the pod that a token is bound to.</summary>
    private const string PodName = "authentication.kubernetes.io/pod-name", PodUid = "authentication.kubernetes.io/pod-uid";

    private readonly ObjectClient _client;

    internal TokenReviewer(ObjectClient client) => _client = client;

    /// <summary>Asks who a token is. An error where the server can't be asked; a token that is not valid is an answer.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">For whom it must be meant, at least one of them; none for the API server itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ApiResult<TokenIdentity>> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(audiences);
        var review = new TokenReviewObject { Spec = new TokenReviewSpec { Token = token, Audiences = audiences.Count == 0 ? null : audiences } };
        var result = await _client.CreateAsync(Path, review, ApiJson.Default.TokenReviewObject, cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            return result.Error;
        if (result.Value.Status is not { } status)
            return ApiStatus.Transport("the TokenReview has no status");
        if (!status.Authenticated || status.User is not { } user)
            return TokenIdentity.Invalid(string.IsNullOrEmpty(status.Error) ? "the API server does not know the token" : status.Error);
        // A server that knows nothing of audiences does not check them and says so by naming none.
        if (audiences.Count > 0 && !audiences.Any(a => status.Audiences?.Contains(a) == true))
            return TokenIdentity.Invalid($"the token is not meant for {string.Join(" or ", audiences)}");
        return new TokenIdentity
        {
            IsValid = true,
            UserName = user.Username ?? "",
            Uid = user.Uid ?? "",
            Groups = (user.Groups ?? []).ToEquatableArray(),
            PodName = Extra(user, PodName),
            PodUid = Extra(user, PodUid),
        };
    }

    private static string Extra(TokenReviewUser user, string key) => user.Extra?.GetValueOrDefault(key) is [var value, ..] ? value : "";
}
