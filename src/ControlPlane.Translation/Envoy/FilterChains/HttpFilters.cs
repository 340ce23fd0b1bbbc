using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.GrpcWeb.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;
using AlpnConfig = Istio.Envoy.Config.Filter.Http.Alpn.V2Alpha1.FilterConfig;
using GrpcStatsConfig = Envoy.Extensions.Filters.Http.GrpcStats.V3.FilterConfig;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>The HTTP filters that every connection manager has.</summary>
internal static class HttpFilters
{
    private const string PeerMetadataType = "type.googleapis.com/io.istio.http.peer_metadata.Config";

    /// <summary>Learns and tells who the peers are: of requests that come in.</summary>
    public static HttpFilterContribution InboundMetadataExchange { get; } = MetadataExchange("downstream", skipExternal: false);

    /// <summary>The same for requests that go out.</summary>
    public static HttpFilterContribution OutboundMetadataExchange { get; } = MetadataExchange("upstream", skipExternal: false);

    /// <summary>The same, telling nothing to services outside the mesh.</summary>
    public static HttpFilterContribution OutboundMetadataExchangeInMesh { get; } = MetadataExchange("upstream", skipExternal: true);

    /// <summary>gRPC-Web.</summary>
    public static HttpFilterContribution GrpcWeb { get; } = Of(HttpFilterSlot.GrpcWeb, "envoy.filters.http.grpc_web", new GrpcWeb());

    /// <summary>gRPC statistics.</summary>
    public static HttpFilterContribution GrpcStats { get; } = Of(
        HttpFilterSlot.GrpcStats, "envoy.filters.http.grpc_stats", new GrpcStatsConfig { EmitFilterState = true, StatsForAllMethods = false });

    /// <summary>Tells the upstream by ALPN that the mesh's own HTTP comes.</summary>
    public static HttpFilterContribution Alpn { get; } = Of(HttpFilterSlot.Alpn, "istio.alpn", AlpnOverrides());

    /// <summary>Faults that routes ask for.</summary>
    public static HttpFilterContribution Fault { get; } = Of(HttpFilterSlot.Fault, "envoy.filters.http.fault", new HTTPFault());

    /// <summary>CORS that routes ask for.</summary>
    public static HttpFilterContribution Cors { get; } = Of(HttpFilterSlot.Cors, "envoy.filters.http.cors", new Cors());

    /// <summary>Sends requests on.</summary>
    public static HttpFilterContribution Router { get; } = Of(HttpFilterSlot.Router, "envoy.filters.http.router", new Router());

    /// <summary>Sends requests on without Envoy's own headers.</summary>
    public static HttpFilterContribution QuietRouter { get; } =
        Of(HttpFilterSlot.Router, "envoy.filters.http.router", new Router { SuppressEnvoyHeaders = true });

    /// <summary>A filter from its configuration.</summary>
    public static HttpFilterContribution Of(HttpFilterSlot slot, string name, IMessage config) =>
        new(slot, new HttpFilter { Name = name, TypedConfig = ProtoJson.Pack(config) }.Freeze());

    private static AlpnConfig AlpnOverrides()
    {
        var config = new AlpnConfig();
        Add(AlpnConfig.Types.Protocol.Http10, "istio-http/1.0", "http/1.0");
        Add(AlpnConfig.Types.Protocol.Http11, "istio-http/1.1", "http/1.1");
        Add(AlpnConfig.Types.Protocol.Http2, "istio-h2", "h2");
        return config;

        void Add(AlpnConfig.Types.Protocol protocol, string mesh, string plain) => config.AlpnOverride.Add(
            new AlpnConfig.Types.AlpnOverride { UpstreamProtocol = protocol, AlpnOverride_ = { mesh, "istio", plain } });
    }

    private static HttpFilterContribution MetadataExchange(string side, bool skipExternal)
    {
        var headers = new Struct();
        if (skipExternal)
            headers.Fields["skip_external_clusters"] = Value.ForBool(true);
        var config = new Struct();
        config.Fields[side + "_discovery"] = Value.ForList(Value.ForStruct(Entry("istio_headers", new Struct())), Value.ForStruct(Entry("workload_discovery", new Struct())));
        config.Fields[side + "_propagation"] = Value.ForList(Value.ForStruct(Entry("istio_headers", headers)));
        return Of(HttpFilterSlot.MetadataExchange, "istio.metadata_exchange", new TypedStruct { TypeUrl = PeerMetadataType, Value = config });
    }

    private static Struct Entry(string name, Struct content) => new() { Fields = { { name, Value.ForStruct(content) } } };
}
