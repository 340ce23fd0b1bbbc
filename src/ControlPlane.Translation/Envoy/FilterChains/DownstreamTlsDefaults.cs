using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>What the mesh says about the TLS of gateways.</summary>
/// <param name="CipherSuites">Cipher suites where the server names none; empty for Envoy's own.</param>
/// <param name="EcdhCurves">Curves, likewise.</param>
/// <param name="Minimum">Lowest version, likewise.</param>
/// <param name="Provider">The user's server of secrets, null for none.</param>
internal sealed record DownstreamTlsDefaults(
    EquatableArray<string> CipherSuites, EquatableArray<string> EcdhCurves, TlsParameters.Types.TlsProtocol Minimum, SecretProvider? Provider)
{
    /// <summary>The mesh's settings now.</summary>
    public static Derivation<Unit, DownstreamTlsDefaults> Current { get; } = new("DownstreamTlsDefaults", static (reader, _) =>
    {
        var given = reader.Get(MeshSettings.Current, Unit.Value).Config.TlsDefaults;
        return new DownstreamTlsDefaults(
            (given?.CipherSuites ?? []).ToEquatableArray(),
            (given?.EcdhCurves ?? []).ToEquatableArray(),
            given?.MinProtocolVersion switch
            {
                MeshConfig.Types.TLSConfig.Types.TLSProtocol.Tlsv12 => TlsParameters.Types.TlsProtocol.Tlsv12,
                MeshConfig.Types.TLSConfig.Types.TLSProtocol.Tlsv13 => TlsParameters.Types.TlsProtocol.Tlsv13,
                _ => TlsParameters.Types.TlsProtocol.TlsAuto,
            },
            reader.Get(SecretProvider.OfMesh, Unit.Value));
    });
}
