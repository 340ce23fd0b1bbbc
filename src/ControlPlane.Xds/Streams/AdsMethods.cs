using System.Buffers;
using Envoy.Service.Discovery.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>The methods of envoy.service.discovery.v3.AggregatedDiscoveryService, bound by hand: responses are written from shared bytes.</summary>
internal static class AdsMethods
{
    private const string Service = "envoy.service.discovery.v3.AggregatedDiscoveryService";

    public static Method<IncomingRequest, AdsMessage> Sotw { get; } =
        Create("StreamAggregatedResources", static payload => RequestReader.Read(DiscoveryRequest.Parser.ParseFrom(payload)));

    public static Method<IncomingRequest, AdsMessage> Delta { get; } =
        Create("DeltaAggregatedResources", static payload => DeltaAckReader.TryRead(payload) ?? RequestReader.Read(DeltaDiscoveryRequest.Parser.ParseFrom(payload)));

    private static Method<IncomingRequest, AdsMessage> Create(string name, Func<ReadOnlySequence<byte>, IncomingRequest> read) => new(
        MethodType.DuplexStreaming,
        Service,
        name,
        Marshallers.Create<IncomingRequest>(
            static (_, _) => throw new NotSupportedException("Requests are read only."),
            context => read(context.PayloadAsReadOnlySequence())),
        AdsMessage.Marshaller);
}
