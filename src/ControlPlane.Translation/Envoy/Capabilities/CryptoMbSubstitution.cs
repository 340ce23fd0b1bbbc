using ControlPlane.Model.Proxies;
using Envoy.Extensions.PrivateKeyProviders.Cryptomb.V3Alpha;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>A key that cryptomb would handle is handled by Envoy itself.</summary>
internal sealed class CryptoMbSubstitution : Substitution
{
    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.CryptoMb);

    /// <inheritdoc/>
    public override void Edit(TlsCertificate certificate)
    {
        if (certificate.PrivateKeyProvider?.TypedConfig is not { } config || !TypedConfigs.TryRead<CryptoMbPrivateKeyMethodConfig>(config, out var provider))
            return;
        certificate.PrivateKey = provider.PrivateKey;
        certificate.PrivateKeyProvider = null;
    }
}
