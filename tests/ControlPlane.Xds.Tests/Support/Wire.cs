using ControlPlane.Xds.Subscriptions;
using Google.Protobuf;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>What both variants need of the wire format, from the generated code.</summary>
internal static class Wire
{
    public static Method<TRequest, TResponse> Method<TRequest, TResponse>(
        string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(MethodType.DuplexStreaming, "envoy.service.discovery.v3.AggregatedDiscoveryService", name, Marshaller(request), Marshaller(response));

    public static RpcStatus? Error(NackDetail? error) => error is null ? null : new RpcStatus { Code = error.Code, Message = error.Message };

    public static ReceivedResource Resource(string version, ByteString body, string? name = null)
    {
        var content = TestResource.Decode(body.Span);
        Assert.Equal(name ?? content.Name, content.Name);
        return new ReceivedResource(content.Name, version, content);
    }

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create<T>(m => m.ToByteArray(), b => parser.ParseFrom(b));
}
