namespace ControlPlane.Security.Authority;

/// <summary>An authority that lives as long as the process: for trying out, since every start makes a root that no workload trusts yet.</summary>
/// <param name="kind">The key of the root.</param>
/// <param name="time">The clock of its validity.</param>
public sealed class TransientAuthoritySource(KeyKind kind, TimeProvider time) : IAuthoritySource
{
    private readonly Lazy<AuthorityMaterial> _material = new(() => SelfSignedRoot.Create(kind, time.GetUtcNow()));

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_material.Value);
}
