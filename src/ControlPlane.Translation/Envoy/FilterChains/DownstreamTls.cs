using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Secrets;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Istio.Networking.V1Alpha3;
using TlsMode = Istio.Networking.V1Alpha3.ServerTLSSettings.Types.TLSmode;
using Validation = Envoy.Extensions.TransportSockets.Tls.V3.CertificateValidationContext;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>The TLS that a gateway's servers end.</summary>
internal static class DownstreamTls
{
    private static readonly string[] RequestProtocols = ["h2", "http/1.1"];
    private static readonly string[] MeshProtocols = ["istio-peer-exchange", "h2", "http/1.1"];

    /// <summary>The settings of a server that ends TLS.</summary>
    public static Derivation<(GatewayServer Server, DownstreamTlsTraits Traits), Frozen<DownstreamTlsContext>> Of { get; } = new(
        "DownstreamTls",
        static (reader, key) => Build(key.Server, key.Traits, reader.Get(DownstreamTlsDefaults.Current, Unit.Value)).Freeze());

    /// <summary>The transport socket of a chain.</summary>
    public static TransportSocket Socket(Frozen<DownstreamTlsContext> context) =>
        new() { Name = "envoy.transport_sockets.tls", TypedConfig = ProtoJson.Pack(context.Message) };

    private static DownstreamTlsContext Build(GatewayServer server, DownstreamTlsTraits traits, DownstreamTlsDefaults defaults)
    {
        var tls = server.Tls!.Message;
        var common = new CommonTlsContext();
        common.AlpnProtocols.AddRange(tls.Mode == TlsMode.IstioMutual && server.Protocol != Protocol.Https ? MeshProtocols : RequestProtocols);
        if (tls.Mode == TlsMode.IstioMutual)
            UseFiles(common, tls, traits.Files.Certificate, traits.Files.Roots, traits.Files.SeparateServer);
        else if (tls.CredentialNames.Count > 0 || tls.CredentialName.Length > 0)
            UseCredentials(common, tls, traits.SecretSocket, defaults.Provider);
        else
            UseFiles(common, tls, File(tls.ServerCertificate, tls.PrivateKey), tls.CaCertificates.Length > 0 ? SecretNames.FileRoots(tls.CaCertificates) : "", traits.Files.SeparateServer);
        if (tls.Mode != TlsMode.IstioMutual)
            common.TlsParams = Parameters(tls, defaults);
        return new DownstreamTlsContext { CommonTlsContext = common, RequireClientCertificate = tls.Mode is TlsMode.Mutual or TlsMode.IstioMutual };
    }

    /// <summary>What the user names, under the mesh's defaults field by field; null where nobody says anything.</summary>
    private static TlsParameters? Parameters(ServerTLSSettings tls, DownstreamTlsDefaults defaults)
    {
        var result = new TlsParameters
        {
            TlsMinimumProtocolVersion = tls.MinProtocolVersion == ServerTLSSettings.Types.TLSProtocol.TlsAuto ? defaults.Minimum : Convert(tls.MinProtocolVersion),
            TlsMaximumProtocolVersion = Convert(tls.MaxProtocolVersion),
        };
        var suites = CipherSuites.Usable(tls.CipherSuites).ToList();
        result.CipherSuites.AddRange(suites.Count > 0 ? suites : defaults.CipherSuites);
        result.EcdhCurves.AddRange(tls.EcdhCurves.Count > 0 ? tls.EcdhCurves : defaults.EcdhCurves);
        return result.CalculateSize() == 0 ? null : result;
    }

    /// <summary>Certificates in files, which the agent serves under their names; the proxy's own where no file is named.</summary>
    private static void UseFiles(CommonTlsContext common, ServerTLSSettings tls, string certificate, string roots, bool separateServer)
    {
        if (tls.TlsCertificates.Count > 0)
            common.TlsCertificateSdsSecretConfigs.AddRange(tls.TlsCertificates.Select(c => FromFile(File(c.ServerCertificate, c.PrivateKey), SdsSecretConfigs.WorkloadCertificate, separateServer)));
        else
            common.TlsCertificateSdsSecretConfigs.Add(FromFile(certificate, SdsSecretConfigs.WorkloadCertificate, separateServer));
        if (!ChecksClients(tls) && tls.Mode != TlsMode.IstioMutual)
            return;
        var context = Accepting(tls);
        if (tls.CaCrl.Length > 0)
            context.Crl = new DataSource { Filename = tls.CaCrl };
        common.CombinedValidationContext = Combined(context, FromFile(roots, SdsSecretConfigs.MeshRoots, separateServer));
    }

    /// <summary>Secrets by name. Without certificates of clients, names that these should have are still written, as istiod does.</summary>
    private static void UseCredentials(CommonTlsContext common, ServerTLSSettings tls, bool socket, SecretProvider? provider)
    {
        var names = tls.CredentialNames.Count > 0 ? tls.CredentialNames.ToList() : [tls.CredentialName];
        common.TlsCertificateSdsSecretConfigs.AddRange(names.Select(n => CredentialReferences.Of(n, socket, provider)).OfType<SdsSecretConfig>());
        if (!ChecksClients(tls))
        {
            if (tls.SubjectAltNames.Count > 0)
                common.ValidationContext = WithNames(new Validation(), tls);
            return;
        }

        var context = Accepting(tls);
        context.VerifyCertificateSpki.AddRange(tls.VerifyCertificateSpki);
        context.VerifyCertificateHash.AddRange(tls.VerifyCertificateHash);
        var roots = tls.CaCertCredentialName.Length > 0 ? tls.CaCertCredentialName : names[0] + SecretNames.RootsSuffix;
        common.CombinedValidationContext = Combined(context, CredentialReferences.Of(roots, socket, provider));
    }

    private static bool ChecksClients(ServerTLSSettings tls) => tls.Mode is TlsMode.Mutual or TlsMode.OptionalMutual;

    private static Validation Accepting(ServerTLSSettings tls)
    {
        var context = WithNames(new Validation(), tls);
        if (tls.InsecureSkipVerify ?? false)
            context.TrustChainVerification = Validation.Types.TrustChainVerification.AcceptUntrusted;
        return context;
    }

    private static Validation WithNames(Validation context, ServerTLSSettings tls)
    {
#pragma warning disable CS0612, CS0618 // istiod writes the untyped list, and every Envoy reads it.
        context.MatchSubjectAltNames.AddRange(tls.SubjectAltNames.Select(n => new StringMatcher { Exact = n }));
#pragma warning restore CS0612, CS0618
        return context;
    }

    private static CommonTlsContext.Types.CombinedCertificateValidationContext Combined(Validation context, SdsSecretConfig? roots) =>
        new() { DefaultValidationContext = context, ValidationContextSdsSecretConfig = roots };

    private static string File(string certificate, string key) => certificate.Length == 0 || key.Length == 0 ? "" : SecretNames.FileCertificate(certificate, key);

    private static SdsSecretConfig FromFile(string file, string fallback, bool separateServer)
    {
        if (file.Length == 0)
            return SdsSecretConfigs.FromAgent(fallback);
        return SdsSecretConfigs.From(file, separateServer ? ClusterNames.SdsFilesServer : ClusterNames.SdsServer);
    }

    private static TlsParameters.Types.TlsProtocol Convert(ServerTLSSettings.Types.TLSProtocol version) => version switch
    {
        ServerTLSSettings.Types.TLSProtocol.Tlsv10 => TlsParameters.Types.TlsProtocol.Tlsv10,
        ServerTLSSettings.Types.TLSProtocol.Tlsv11 => TlsParameters.Types.TlsProtocol.Tlsv11,
        ServerTLSSettings.Types.TLSProtocol.Tlsv12 => TlsParameters.Types.TlsProtocol.Tlsv12,
        ServerTLSSettings.Types.TLSProtocol.Tlsv13 => TlsParameters.Types.TlsProtocol.Tlsv13,
        _ => TlsParameters.Types.TlsProtocol.TlsAuto,
    };
}
