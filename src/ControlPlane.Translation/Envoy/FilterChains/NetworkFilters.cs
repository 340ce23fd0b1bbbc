using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.MongoProxy.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;

namespace ControlPlane.Translation.Envoy.FilterChains;

/// <summary>Network filters.</summary>
internal static class NetworkFilters
{
    private const string ConnectionManagerName = "envoy.filters.network.http_connection_manager";
    private const string MetadataExchangeType = "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange";

    /// <summary>Learns and tells who the peers of a connection are.</summary>
    public static NetworkFilterContribution MetadataExchange { get; } = new(
        NetworkFilterSlot.MetadataExchange,
        Of(
            "istio.metadata_exchange",
            new TypedStruct
            {
                TypeUrl = MetadataExchangeType,
                Value = MetadataWriter.Struct(("enable_discovery", Value.ForBool(true)), ("protocol", Value.ForString("istio-peer-exchange"))),
            }).Freeze());

    /// <summary>A connection manager.</summary>
    public static Filter ConnectionManager(HttpConnectionManager config) => Of(ConnectionManagerName, config);

    /// <summary>A TCP proxy.</summary>
    public static Filter Tcp(TcpProxy config) => Of("envoy.filters.network.tcp_proxy", config);

    /// <summary>Statistics of MongoDB.</summary>
    public static Filter Mongo(string statPrefix) => Of("envoy.filters.network.mongo_proxy", new MongoProxy { StatPrefix = statPrefix });

    /// <summary>A filter from its configuration.</summary>
    public static Filter Of(string name, IMessage config) => new() { Name = name, TypedConfig = ProtoJson.Pack(config) };
}
