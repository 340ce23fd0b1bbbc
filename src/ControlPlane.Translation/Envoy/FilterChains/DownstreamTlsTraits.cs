using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What of a gateway decides the TLS of its servers.</summary>
/// <param name="SecretSocket">Whether a server of secrets of the user's own is beside it (metadata credential).</param>
/// <param name="Files">The certificate files of its metadata, which stand for its own certificate.</param>
internal sealed record DownstreamTlsTraits(bool SecretSocket, ServerCertificateFiles Files)
{
    /// <summary>The traits of a class.</summary>
    public static DownstreamTlsTraits Of(ProxyClass proxy) => new(proxy.MetadataText("credential") == "true", ServerCertificateFiles.Of(proxy));
}
