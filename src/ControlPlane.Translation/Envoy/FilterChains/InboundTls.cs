using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Envoy.Names;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Mutual TLS of a workload's own listeners.</summary>
internal static class InboundTls
{
    /// <summary>The transport socket of chains that end in a connection manager, or of the others.</summary>
    public static TransportSocket Socket(InboundTlsSettings settings, bool http)
    {
        var common = new CommonTlsContext
        {
            TlsParams = new TlsParameters
            {
                TlsMinimumProtocolVersion = settings.OnlyTls13 ? TlsParameters.Types.TlsProtocol.Tlsv13 : TlsParameters.Types.TlsProtocol.Tlsv12,
                TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            },
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = new CertificateValidationContext(),
                ValidationContextSdsSecretConfig = Secret(settings.Files.Roots, SdsSecretConfigs.MeshRoots, settings.Files.SeparateServer),
            },
        };
        common.TlsParams.CipherSuites.AddRange(settings.CipherSuites);
        common.AlpnProtocols.AddRange(http ? ["h2", "http/1.1"] : ["istio-peer-exchange", "h2", "http/1.1"]);
        common.TlsCertificateSdsSecretConfigs.Add(Secret(settings.Files.Certificate, SdsSecretConfigs.WorkloadCertificate, settings.Files.SeparateServer));
        common.CombinedValidationContext.DefaultValidationContext.MatchSubjectAltNames.AddRange(
            settings.TrustDomains.Select(d => new StringMatcher { Prefix = $"spiffe://{d}/" }));
        return new TransportSocket
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = ProtoJson.Pack(new DownstreamTlsContext { CommonTlsContext = common, RequireClientCertificate = true }),
        };
    }

    private static SdsSecretConfig Secret(string file, string fallback, bool separateServer)
    {
        if (file.Length == 0)
            return SdsSecretConfigs.FromAgent(fallback);
        var secret = SdsSecretConfigs.From(file, separateServer ? ClusterNames.SdsFilesServer : ClusterNames.SdsServer);
        secret.SdsConfig.InitialFetchTimeout = null;
        return secret;
    }
}
