namespace ControlPlane.Security.Callers;

/// <summary>Keys that don't change.</summary>
internal sealed class FixedKeys(IReadOnlyList<TokenKey> keys) : ITokenKeys
{
    public ValueTask<IReadOnlyList<TokenKey>> GetAsync(string? keyId, CancellationToken cancellationToken) => new(keys);
}
