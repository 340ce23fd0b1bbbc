namespace ControlPlane.Security.Authority;

/// <summary>Where the authority comes from. It is asked again and again: what it gives may change.</summary>
public interface IAuthoritySource
{
    /// <summary>What the source is, for messages.</summary>
    string Name { get; }

    /// <summary>The authority now.</summary>
    /// <exception cref="AuthorityException">There is none; the message says what to do.</exception>
    Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken);
}
