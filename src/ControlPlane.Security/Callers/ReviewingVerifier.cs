using System.Collections.Concurrent;

namespace ControlPlane.Security.Callers;

/// <summary>
/// Verifies tokens by asking the cluster. A good answer is remembered for ten seconds by the token's hash; the questions at one time and the
/// time each may take are bounded, so that an API server that hangs gathers no calls.
/// </summary>
/// <param name="reviewer">Asks the cluster.</param>
/// <param name="audiences">The audiences of which a token must have one.</param>
/// <param name="time">Clock.</param>
public sealed class ReviewingVerifier(ITokenReviewer reviewer, IReadOnlyList<string> audiences, TimeProvider time) : ITokenVerifier, IDisposable
{
    /// <summary>How long a good answer is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>How long a question may take, waiting included.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private const string AccountsGroup = "system:serviceaccounts";
    private const int MaxRemembered = 10_000;
    private const int MaxAtOnce = 16;

    private readonly ConcurrentDictionary<string, (TokenClaims Claims, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(MaxAtOnce);

    /// <inheritdoc/>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        var hash = TokenHash.Of(token);
        var now = time.GetUtcNow();
        if (_known.TryGetValue(hash, out var known) && now < known.Until)
            return TokenVerdict.Accepted(known.Claims);
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await _gate.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                // WaitAsync: a reviewer that does not heed its token may not hold the caller.
                var status = await reviewer.ReviewAsync(token, audiences, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
                return Judge(status, token, hash, now);
            }
            finally
            {
                _gate.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return TokenVerdict.Refused("the cluster did not review the token in time");
        }
#pragma warning disable CA1031 // Whatever the cluster's client throws, the caller is not proven; the message goes to the log.
        catch (Exception fault)
        {
            return TokenVerdict.Refused($"the cluster could not review the token: {fault.Message}");
        }
#pragma warning restore CA1031
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private TokenVerdict Judge(TokenReviewStatus status, string token, string hash, DateTimeOffset now)
    {
        if (!status.Authenticated)
            return TokenVerdict.Refused($"the cluster does not accept the token: {status.Error}");

        // The API asks clients to check: a server that does not know audiences accepts any token.
        if (!audiences.Any(audience => status.Audiences.Contains(audience)))
            return TokenVerdict.Refused($"the token is not for {string.Join(" or ", audiences)}");
        if (!status.Groups.Contains(AccountsGroup) || !ServiceAccountSubject.TryParse(status.Username, out var space, out var account))
            return TokenVerdict.Refused("the token is not that of a service account");
        // A token that does not say when it ends is one of those that Kubernetes once kept in Secrets.
        var claims = new TokenClaims(space, account, status.PodName, status.PodUid, JsonWebToken.PeekExpiry(token) ?? DateTimeOffset.MaxValue);
        if (_known.Count >= MaxRemembered)
            _known.Clear();
        _known[hash] = (claims, now + Memory);
        return TokenVerdict.Accepted(claims);
    }
}
