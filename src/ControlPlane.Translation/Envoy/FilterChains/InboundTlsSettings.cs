using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What mutual TLS of a workload's own listeners is made from.</summary>
/// <param name="TrustDomains">The trust domains whose certificates are taken: the mesh's, its aliases, those of extra CAs; each once.</param>
/// <param name="CipherSuites">Cipher suites up to TLS 1.2, in order of preference.</param>
/// <param name="OnlyTls13">Whether TLS 1.3 is the minimum.</param>
/// <param name="Files">The certificate files of the node's metadata.</param>
public sealed record InboundTlsSettings(EquatableArray<string> TrustDomains, EquatableArray<string> CipherSuites, bool OnlyTls13, ServerCertificateFiles Files)
{
    private static readonly string[] DefaultCipherSuites =
    [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-GCM-SHA256",
    ];

    private static readonly Derivation<Unit, InboundTlsSettings> OfMesh = new("InboundTls", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        // istiod sorts the aliases when it reads the mesh's settings.
        var domains = mesh.TrustDomainAliases.Order(StringComparer.Ordinal).Prepend(mesh.TrustDomain)
            .Concat(mesh.CaCertificates.SelectMany(c => c.TrustDomains))
            .Where(d => d.Length > 0).Distinct(StringComparer.Ordinal);
        var own = mesh.MeshMTLS;
        return new InboundTlsSettings(
            domains.ToEquatableArray(),
            own is { CipherSuites.Count: > 0 } ? own.CipherSuites.ToEquatableArray() : DefaultCipherSuites.ToEquatableArray(),
            own?.MinProtocolVersion == MeshConfig.Types.TLSConfig.Types.TLSProtocol.Tlsv13,
            ServerCertificateFiles.None);
    });

    /// <summary>The settings of a class.</summary>
    public static InboundTlsSettings Of(IReader reader, ProxyClass proxy) => reader.Get(OfMesh, Unit.Value) with { Files = ServerCertificateFiles.Of(proxy) };
}
