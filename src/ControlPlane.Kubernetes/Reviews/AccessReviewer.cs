using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Reviews;

/// <summary>Asks the API server whether somebody may do something.</summary>
public sealed class AccessReviewer
{
    private const string Group = "/apis/authorization.k8s.io/v1";

    private readonly ObjectClient _client;

    internal AccessReviewer(ObjectClient client) => _client = client;

    /// <summary>Whether a user may do something. An error where the server can't be asked.</summary>
    /// <param name="user">Name of the user.</param>
    /// <param name="groups">Groups of the user.</param>
    /// <param name="access">What is to be done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ApiResult<bool>> MayAsync(string user, IReadOnlyList<string> groups, ResourceAccess access, CancellationToken cancellationToken) =>
        AskAsync("SubjectAccessReview", "subjectaccessreviews", user, groups, access, cancellationToken);

    /// <summary>Whether we ourselves may do something. An error where the server can't be asked.</summary>
    /// <param name="access">What is to be done.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ApiResult<bool>> MayIAsync(ResourceAccess access, CancellationToken cancellationToken) =>
        AskAsync("SelfSubjectAccessReview", "selfsubjectaccessreviews", null, null, access, cancellationToken);

    private async Task<ApiResult<bool>> AskAsync(
        string kind, string plural, string? user, IReadOnlyList<string>? groups, ResourceAccess access, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(access);
        var review = new AccessReviewObject
        {
            Kind = kind,
            Spec = new AccessReviewSpec
            {
                User = user,
                Groups = groups,
                ResourceAttributes = new AccessReviewAttributes
                {
                    Group = access.Group, Resource = access.Resource, Subresource = access.Subresource, Verb = access.Verb, Namespace = access.Namespace, Name = access.Name,
                },
            },
        };
        var result = await _client.CreateAsync($"{Group}/{plural}", review, ApiJson.Default.AccessReviewObject, cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            return result.Error;
        return result.Value.Status is { } status ? status.Allowed : ApiStatus.Transport($"the {kind} has no status");
    }
}
