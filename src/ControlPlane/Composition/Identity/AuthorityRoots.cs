using ControlPlane.Kubernetes.Writers;
using ControlPlane.Security.Authority;

namespace ControlPlane.Composition.Identity;

/// <summary>The roots of the authority, for those who write them into the cluster.</summary>
internal sealed class AuthorityRoots(CurrentAuthority current) : IRootCertificates
{
    public event Action? Changed
    {
        add => current.Changed += value;
        remove => current.Changed -= value;
    }

    public string Pem => current.Value?.Roots.Pem ?? "";
}
