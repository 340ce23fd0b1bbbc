using ControlPlane.Translation.Envoy;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace ControlPlane.Translation.Simulation;

/// <summary>How a cluster talks to its endpoints.</summary>
internal static class UpstreamSockets
{
    private const string MatchKey = "envoy.transport_socket_match";
    private const string OptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private const string WorkloadCertificate = "default";

    /// <summary>
    /// The socket for an endpoint: the first of those chosen by metadata that wants nothing else than the endpoint has, then than its locality has;
    /// else the cluster's own.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="endpoint">Metadata of the endpoint.</param>
    /// <param name="locality">Metadata of its locality.</param>
    /// <param name="authority">Host of the request, for clusters that take the server name from it; "" without a request.</param>
    public static SimulatedUpstreamTls Of(Cluster cluster, Metadata? endpoint, Metadata? locality, string authority)
    {
        var match = First(cluster, endpoint) ?? First(cluster, locality);
        // Metadata that fits no match leaves the cluster's own socket.
        return Read((match ?? cluster.TransportSocketMatches.FirstOrDefault(m => m.Match is null or { Fields.Count: 0 }))?.TransportSocket ?? cluster.TransportSocket, cluster, authority);
    }

    private static Cluster.Types.TransportSocketMatch? First(Cluster cluster, Metadata? metadata)
    {
        if (metadata?.FilterMetadata.GetValueOrDefault(MatchKey) is not { } given)
            return null;
        return cluster.TransportSocketMatches.FirstOrDefault(match => (match.Match ?? new Struct()).Fields.All(wanted =>
            given.Fields.TryGetValue(wanted.Key, out var value) && value.Equals(wanted.Value)));
    }

    private static SimulatedUpstreamTls Read(TransportSocket? socket, Cluster cluster, string authority)
    {
        if (socket?.TypedConfig is not { } config)
            return SimulatedUpstreamTls.None;
        if (ProtoJson.Is<ProxyProtocolUpstreamTransport>(config))
            return Read(ProtoJson.Unpack<ProxyProtocolUpstreamTransport>(config).TransportSocket, cluster, authority);
        if (!ProtoJson.Is<UpstreamTlsContext>(config))
            return SimulatedUpstreamTls.None;
        var context = ProtoJson.Unpack<UpstreamTlsContext>(config);
        var name = TakesNameOfRequest(cluster) && authority.Length > 0 ? VirtualHostSelection.WithoutPort(authority) : context.Sni;
        return new SimulatedUpstreamTls(ModeOf(context.CommonTlsContext), name);
    }

    private static SimulatedTlsMode ModeOf(CommonTlsContext? context)
    {
        if (context is null || context.TlsCertificates.Count + context.TlsCertificateSdsSecretConfigs.Count == 0)
            return SimulatedTlsMode.Simple;
        return context.TlsCertificateSdsSecretConfigs.Any(secret => secret.Name == WorkloadCertificate) ? SimulatedTlsMode.IstioMutual : SimulatedTlsMode.Mutual;
    }

    private static bool TakesNameOfRequest(Cluster cluster) =>
        cluster.TypedExtensionProtocolOptions.TryGetValue(OptionsKey, out var options)
        && ProtoJson.Is<HttpProtocolOptions>(options)
        && ProtoJson.Unpack<HttpProtocolOptions>(options).UpstreamHttpProtocolOptions?.AutoSni == true;
}
