using ControlPlane.Grpc.Server;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Support;

/// <summary>Starts a server with one hand-bound duplex method.</summary>
public static class Duplex
{
    public static Task<TestServer> ServeAsync(
        DuplexStreamingServerMethod<SegmentMessage, SegmentMessage> handler, GrpcServerOptions? options = null) =>
        TestServer.StartAsync(app => app.MapGrpcService(binder => binder.AddMethod(SegmentMessage.Duplex, handler), options), options);

    public static Task<TestServer> ServeEchoAsync(GrpcServerOptions? options = null) => ServeAsync(EchoAsync, options);

    public static RawCall Call(TestServer server, params (string Name, string Value)[] headers) =>
        new(server.Address, SegmentMessage.Duplex.FullName, target =>
        {
            foreach (var (name, value) in headers)
            {
                target.TryAddWithoutValidation(name, value);
            }
        });

    private static async Task EchoAsync(
        IAsyncStreamReader<SegmentMessage> requests, IServerStreamWriter<SegmentMessage> responses, ServerCallContext context)
    {
        await foreach (var request in requests.ReadAllAsync())
        {
            await responses.WriteAsync(request);
        }
    }
}
