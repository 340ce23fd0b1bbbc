using ControlPlane.Model.Proxies;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Tcp.Metadataexchange.Config;
using Google.Protobuf.Collections;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Metadata exchange over TCP: the filter goes, upstream and downstream, and with it the protocol that offers it. Offered without the filter, the
/// peer's preamble would stay in the stream. What filter chains match is left: it is what a peer may offer.
/// </summary>
internal sealed class MetadataExchangeSubstitution : Substitution
{
    private const string PeerExchangeProtocol = "istio-peer-exchange";

    private static readonly string TypeName = ProtoJson.NameOf<MetadataExchange>();

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.MetadataExchangeTcp);

    /// <inheritdoc/>
    public override void Edit(Cluster cluster) =>
        TypedConfigs.RemoveWhere(cluster.Filters, filter => TypedConfigs.TypeName(filter.TypedConfig) == TypeName);

    /// <inheritdoc/>
    public override void Edit(RepeatedField<NetworkFilter> filters, TrafficDirection direction) => TypedConfigs.Remove(filters, TypeName);

    /// <inheritdoc/>
    public override void Edit(CommonTlsContext context) =>
        TypedConfigs.RemoveWhere(context.AlpnProtocols, protocol => protocol == PeerExchangeProtocol);
}
