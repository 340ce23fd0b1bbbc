using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Callers;

/// <summary>Verifies the tokens that this control plane issues, with the key of its data directory, which is read or made when the first token comes.</summary>
/// <param name="directory">The data directory.</param>
/// <param name="audiences">The audiences of which a token must have one.</param>
/// <param name="time">Clock.</param>
public sealed class StoredTokensVerifier(string directory, IReadOnlyList<string> audiences, TimeProvider time) : ITokenVerifier
{
    private volatile JwtVerifier? _verifier;

    /// <inheritdoc/>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            _verifier ??= JwtVerifiers.Of(await IssuedTokens.OpenAsync(directory, cancellationToken).ConfigureAwait(false), audiences, time);
        }
        catch (Exception fault) when (fault is AuthorityException or IOException or UnauthorizedAccessException)
        {
            return TokenVerdict.Refused(fault.Message);
        }

        return await _verifier.VerifyAsync(token, cancellationToken).ConfigureAwait(false);
    }
}
