using ControlPlane.Model.Proxies;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Common.SetFilterState.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using AlpnFilter = Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.FilterConfig;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using SetFilterState = Envoy.Extensions.Filters.Http.SetFilterState.V3.Config;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// The filter istio.alpn offers a peer the HTTP version of the upstream connection, so that a port whose protocol the peer detects is taken for
/// HTTP. Its stand-in sets the filter state from which Envoy takes the offer: as the cluster's metadata say where its version is declared, else as
/// the request came. A cluster whose metadata turn the override off keeps the offer of its TLS settings, with the filter as without.
/// </summary>
internal sealed class AlpnSubstitution : Substitution
{
    private const string IstioMetadata = "istio";
    private const string AlpnKey = "alpn";
    private const string AlpnOverrideKey = "alpn_override";
    private const string ProtocolsKey = "envoy.network.application_protocols";
    private const string Http1 = "istio-http/1.1,istio,http/1.1";
    private const string Http2 = "istio-h2,istio,h2";
    private const string OutboundPrefix = "outbound|";
    private const string ProtocolOptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private const string AsDownstream =
        $"%CEL('{IstioMetadata}' in xds.cluster_metadata.filter_metadata"
        + $" && '{AlpnOverrideKey}' in xds.cluster_metadata.filter_metadata['{IstioMetadata}']"
        + $" && xds.cluster_metadata.filter_metadata['{IstioMetadata}']['{AlpnOverrideKey}'] == 'false'"
        + $" ? '' : (request.protocol == 'HTTP/2' ? '{Http2}' : '{Http1}'))%";

    private const string AsDeclared = $"%CLUSTER_METADATA({IstioMetadata}:{AlpnKey})%";

    private static readonly string TypeName = ProtoJson.NameOf<AlpnFilter>();

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.Alpn);

    /// <inheritdoc/>
    public override void Edit(HttpConnectionManager manager, TrafficDirection direction)
    {
        foreach (var filter in manager.HttpFilters)
        {
            if (TypedConfigs.TypeName(filter.TypedConfig) == TypeName)
                filter.TypedConfig = ProtoJson.Pack(StandIn());
        }
    }

    /// <inheritdoc/>
    public override void Edit(MapField<string, Any> perFilterConfig) => TypedConfigs.Remove(perFilterConfig, TypeName);

    /// <inheritdoc/>
    public override void Edit(Cluster cluster)
    {
        if (!cluster.Name.StartsWith(OutboundPrefix, StringComparison.Ordinal) || Declared(cluster) is not { } protocols)
            return;
        cluster.Metadata ??= new Metadata();
        if (!cluster.Metadata.FilterMetadata.TryGetValue(IstioMetadata, out var istio))
            TypedConfigs.AddSorted(cluster.Metadata.FilterMetadata, IstioMetadata, istio = new Struct());
        if (!istio.Fields.ContainsKey(AlpnOverrideKey))
            TypedConfigs.AddSorted(istio.Fields, AlpnKey, Value.ForString(protocols));
    }

    /// <summary>What a cluster offers by its declared HTTP version; null where it follows the downstream connection.</summary>
    private static string? Declared(Cluster cluster)
    {
        if (!cluster.TypedExtensionProtocolOptions.TryGetValue(ProtocolOptionsKey, out var any) || !TypedConfigs.TryRead<HttpProtocolOptions>(any, out var options))
            return cluster.Http2ProtocolOptions is null ? Http1 : Http2;
        return options.UpstreamProtocolOptionsCase switch
        {
            HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig => options.ExplicitHttpConfig.Http2ProtocolOptions is null ? Http1 : Http2,
            HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig => null,
            HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.AutoConfig => null,
            _ => Http1,
        };
    }

    private static SetFilterState StandIn() => new()
    {
        // The later entry wins.
        OnRequestHeaders = { Offer(AsDownstream), Offer(AsDeclared) },
    };

    private static FilterStateValue Offer(string format) => new()
    {
        ObjectKey = ProtocolsKey,
        SkipIfEmpty = true,
        FormatString = new SubstitutionFormatString { OmitEmptyValues = true, TextFormatSource = new DataSource { InlineString = format } },
    };
}
