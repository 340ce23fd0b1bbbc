using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;
using ControlPlane.Security.TrustBundles;

namespace ControlPlane.Composition.Identity;

/// <summary>Tells when the certificate that a stream was opened with is revoked.</summary>
internal sealed class RevocationWatch : IDisposable
{
    private readonly CancellationTokenSource _revoked = new();
    private readonly CurrentAuthority _authority;
    private readonly string _certificate;

    public RevocationWatch(CurrentAuthority authority, X509Certificate2 certificate)
    {
        _authority = authority;
        _certificate = RevocationList.KeyOf(certificate);
        _authority.Changed += Look;
        Look(); // the lists may have changed since the caller was proven
    }

    public CancellationToken Revoked => _revoked.Token;

    public void Dispose() => _authority.Changed -= Look;

    private void Look()
    {
        if (_authority.Value?.Revoked.Contains(_certificate) == true)
            _revoked.Cancel();
    }
}
