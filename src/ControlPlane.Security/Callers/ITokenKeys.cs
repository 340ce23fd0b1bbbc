namespace ControlPlane.Security.Callers;

/// <summary>The keys of an issuer of tokens.</summary>
internal interface ITokenKeys
{
    /// <summary>The keys now.</summary>
    /// <param name="keyId">The key that a token names; where it is not known, a source that can ask does so.</param>
    /// <param name="cancellationToken">Ends with the call.</param>
    ValueTask<IReadOnlyList<TokenKey>> GetAsync(string? keyId, CancellationToken cancellationToken);
}
