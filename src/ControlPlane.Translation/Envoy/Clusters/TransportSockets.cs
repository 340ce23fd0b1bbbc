using ControlPlane.Translation.Envoy.Secrets;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Envoy.Extensions.TransportSockets.RawBuffer.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>How a cluster secures its connections.</summary>
internal static class TransportSockets
{
    private const string Tls = "envoy.transport_sockets.tls";
    private const string RawBuffer = "envoy.transport_sockets.raw_buffer";
    // istiod names the inner socket so; Envoy goes by its type.
    private const string WrappedRawBuffer = "raw_buffer";
    private const string ProxyProtocol = "envoy.transport_sockets.upstream_proxy_protocol";

    /// <summary>
    /// Sets the socket. Istio's mutual TLS that nobody asked for is chosen endpoint by endpoint, by the endpoint's metadata; a cluster that connects
    /// to original destinations has no such metadata, and uses it for all.
    /// </summary>
    public static void Apply(Cluster cluster, HttpProtocolOptions options, ClusterInput.Service input)
    {
        if (input.Tls is { } tls)
        {
            var socket = OfTls(tls, options, input.Settings);
            // Server names follow the request's host also with the mesh's own certificates.
            if (input.DynamicHost.Length > 0 && tls.Mode == UpstreamTlsMode.IstioMutual)
                SetAuto(tls, options, true);
            if (tls is { AutoDetected: true, Mode: UpstreamTlsMode.IstioMutual } && input.Discovery != ClusterDiscovery.OriginalDestination)
            {
                cluster.TransportSocketMatches.Add(Match("tlsMode-istio", MetadataWriter.Struct(("tlsMode", Value.ForString("istio"))), socket));
                cluster.TransportSocketMatches.Add(Match("tlsMode-disabled", new Struct(), Socket(RawBuffer, new RawBuffer())));
            }
            else
            {
                cluster.TransportSocket = socket;
            }
        }

        if (input.Policy.ProxyProtocol is { } proxyProtocol)
            Wrap(cluster, (ProxyProtocolConfig.Types.Version)proxyProtocol.Version);
    }

    /// <summary>The socket of a TLS; what it asks of HTTP is added to the options.</summary>
    public static TransportSocket OfTls(UpstreamTls tls, HttpProtocolOptions options, ClusterSettings mesh) => Socket(Tls, Context(tls, options, mesh));

    private static UpstreamTlsContext Context(UpstreamTls tls, HttpProtocolOptions options, ClusterSettings mesh)
    {
        var common = new CommonTlsContext
        {
            TlsParams = new TlsParameters
            {
                TlsMinimumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv12,
                TlsMaximumProtocolVersion = TlsParameters.Types.TlsProtocol.Tlsv13,
            },
        };
        var http2 = HttpVersions.IsHttp2(options);
        if (tls.Mode == UpstreamTlsMode.IstioMutual)
        {
            common.TlsCertificateSdsSecretConfigs.Add(SdsSecretConfigs.FromAgent(SdsSecretConfigs.WorkloadCertificate));
            common.CombinedValidationContext = Validation(tls, SdsSecretConfigs.FromAgent(SdsSecretConfigs.MeshRoots));
            common.AlpnProtocols.Add(http2 ? ["istio-peer-exchange", "istio", "h2"] : ["istio-peer-exchange", "istio"]);
        }
        else
        {
            Originate(common, tls, options, mesh);
            if (http2)
                common.AlpnProtocols.Add("h2");
        }

        return new UpstreamTlsContext { CommonTlsContext = common, Sni = tls.Sni };
    }

    private static void Originate(CommonTlsContext common, UpstreamTls tls, HttpProtocolOptions options, ClusterSettings mesh)
    {
        common.TlsParams.EcdhCurves.Add(mesh.EcdhCurves);
        common.TlsParams.CipherSuites.Add(mesh.CipherSuites);
        SetAuto(tls, options, false);
        ClientSecrets.Apply(common, tls);
    }

    /// <summary>Takes the server name, and with it the name that is checked, from the request where the rule gives none.</summary>
    private static void SetAuto(UpstreamTls tls, HttpProtocolOptions options, bool dynamic)
    {
        var name = tls.Sni.Length == 0;
        var check = !tls.InsecureSkipVerify && (dynamic || (name && (tls.SubjectAltNames.IsEmpty || tls.NamesOfService)));
        if (name || check)
            options.UpstreamHttpProtocolOptions = new UpstreamHttpProtocolOptions { AutoSni = name, AutoSanValidation = check };
    }

    /// <summary>Trust in given roots, and the names that are accepted.</summary>
    public static CommonTlsContext.Types.CombinedCertificateValidationContext Validation(UpstreamTls tls, SdsSecretConfig roots)
    {
        var context = new CertificateValidationContext();
#pragma warning disable CS0612, CS0618 // istiod writes the untyped list, and every Envoy reads it.
        context.MatchSubjectAltNames.Add(tls.SubjectAltNames.Select(n => new StringMatcher { Exact = n }));
#pragma warning restore CS0612, CS0618
        if (tls.CaCrl.Length > 0)
            context.Crl = new DataSource { Filename = tls.CaCrl };
        return new CommonTlsContext.Types.CombinedCertificateValidationContext { DefaultValidationContext = context, ValidationContextSdsSecretConfig = roots };
    }

    private static Cluster.Types.TransportSocketMatch Match(string name, Struct match, TransportSocket socket) =>
        new() { Name = name, Match = match, TransportSocket = socket };

    private static TransportSocket Socket(string name, IMessage config) => new() { Name = name, TypedConfig = ProtoJson.Pack(config) };

    private static void Wrap(Cluster cluster, ProxyProtocolConfig.Types.Version version)
    {
        if (cluster.TransportSocketMatches.Count == 0)
            cluster.TransportSocket = Wrapped(cluster.TransportSocket ?? Socket(WrappedRawBuffer, new RawBuffer()), version);
        foreach (var match in cluster.TransportSocketMatches)
            match.TransportSocket = Wrapped(match.TransportSocket, version);
    }

    private static TransportSocket Wrapped(TransportSocket inner, ProxyProtocolConfig.Types.Version version) => Socket(
        ProxyProtocol, new ProxyProtocolUpstreamTransport { Config = new ProxyProtocolConfig { Version = version }, TransportSocket = inner });
}
