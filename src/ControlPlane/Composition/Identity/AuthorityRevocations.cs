using ControlPlane.Kubernetes.Writers;
using ControlPlane.Security.Authority;

namespace ControlPlane.Composition.Identity;

/// <summary>The revocation lists of the authority, for those who write them into the cluster as they do its roots.</summary>
internal sealed class AuthorityRevocations(CurrentAuthority current) : IRootCertificates
{
    public event Action? Changed
    {
        add => current.Changed += value;
        remove => current.Changed -= value;
    }

    public string Pem => current.Value?.Revoked.Pem ?? "";
}
