using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>The methods of envoy.service.discovery.v3.AggregatedDiscoveryService, bound by hand: responses are written from shared bytes.</summary>
internal static class AdsMethods
{
    private const string Service = "envoy.service.discovery.v3.AggregatedDiscoveryService";

    public static Method<DiscoveryRequest, AdsMessage> Sotw { get; } = Create("StreamAggregatedResources", DiscoveryRequest.Parser);

    public static Method<DeltaDiscoveryRequest, AdsMessage> Delta { get; } = Create("DeltaAggregatedResources", DeltaDiscoveryRequest.Parser);

    private static Method<T, AdsMessage> Create<T>(string name, MessageParser<T> parser)
        where T : class, IMessage<T> => new(
            MethodType.DuplexStreaming,
            Service,
            name,
            Marshallers.Create<T>(
                static (message, context) => context.Complete(message.ToByteArray()),
                context => parser.ParseFrom(context.PayloadAsReadOnlySequence())),
            AdsMessage.Marshaller);
}
