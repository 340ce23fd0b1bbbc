using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;
using Udpa.Type.V1;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The filter by which two proxies tell each other which workloads they stand for, at the head of a TCP connection.</summary>
internal static class PeerExchange
{
    /// <summary>The cluster's side of the exchange.</summary>
    public static Filter Filter() => new()
    {
        Name = "istio.metadata_exchange",
        TypedConfig = ProtoJson.Pack(new TypedStruct
        {
            TypeUrl = "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange",
            Value = MetadataWriter.Struct(("enable_discovery", Value.ForBool(true)), ("protocol", Value.ForString("istio-peer-exchange"))),
        }),
    };
}
