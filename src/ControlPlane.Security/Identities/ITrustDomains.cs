namespace ControlPlane.Security.Identities;

/// <summary>The trust domains of the mesh, as its configuration says now.</summary>
public interface ITrustDomains
{
    /// <summary>The trust domain of certificates that are issued; null as long as the mesh configuration has not been read.</summary>
    string? Current { get; }

    /// <summary>Whether an identity of that trust domain belongs to the mesh: the current one or an alias.</summary>
    bool Contains(string trustDomain);
}
