namespace ControlPlane.Security.Callers;

/// <summary>Verifies tokens of one kind.</summary>
public interface ITokenVerifier
{
    /// <summary>Verifies a token. Never throws for what a caller sent.</summary>
    ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken);
}
