using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf;
using ProviderInstance = Envoy.Extensions.TransportSockets.Tls.V3.CommonTlsContext.Types.CertificateProviderInstance;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>
/// Mutual TLS of gRPC clients and servers: certificates come from the provider that the bootstrap calls "default". Older clients read
/// the deprecated fields, newer ones the others, so both are set.
/// </summary>
internal static class GrpcTls
{
    private const string Provider = "default";
    private const string Workload = "default";
    private const string Roots = "ROOTCA";

    /// <summary>The socket of a server.</summary>
    public static TransportSocket Server() => Socket(new DownstreamTlsContext { CommonTlsContext = Common([]), RequireClientCertificate = true });

    /// <summary>The socket of a client that accepts the given names; any under the roots where there are none.</summary>
    public static TransportSocket Client(IEnumerable<string> names) => Socket(new UpstreamTlsContext { CommonTlsContext = Common(names) });

    private static TransportSocket Socket(IMessage context) => new() { Name = "envoy.transport_sockets.tls", TypedConfig = ProtoJson.Pack(context) };

    private static CommonTlsContext Common(IEnumerable<string> names)
    {
        var validation = new CertificateValidationContext
        {
            CaCertificateProviderInstance = new CertificateProviderPluginInstance { InstanceName = Provider, CertificateName = Roots },
        };
#pragma warning disable CS0612, CS0618 // What gRPC reads.
        validation.MatchSubjectAltNames.Add(names.Select(static n => new StringMatcher { Exact = n }));
        return new CommonTlsContext
        {
            TlsCertificateProviderInstance = new CertificateProviderPluginInstance { InstanceName = Provider, CertificateName = Workload },
            TlsCertificateCertificateProviderInstance = new ProviderInstance { InstanceName = Provider, CertificateName = Workload },
            CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
            {
                DefaultValidationContext = validation,
                ValidationContextCertificateProviderInstance = new ProviderInstance { InstanceName = Provider, CertificateName = Roots },
            },
        };
#pragma warning restore CS0612, CS0618
    }
}
