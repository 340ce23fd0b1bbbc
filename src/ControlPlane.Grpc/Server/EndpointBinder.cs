using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Grpc.Server;

/// <summary>Turns the methods of a service into request delegates, by path.</summary>
internal sealed class EndpointBinder(GrpcServerRuntime runtime) : ServiceBinderBase
{
    public List<(IMethod Method, RequestDelegate Handle)> Methods { get; } = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, async call =>
        {
            var request = await ReadSingleAsync(call).ConfigureAwait(false);
            await RespondAsync(call, method, await handler!(request, call).ConfigureAwait(false)).ConfigureAwait(false);
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, async call =>
            await RespondAsync(call, method, await handler!(call, call).ConfigureAwait(false)).ConfigureAwait(false));

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, async call =>
        {
            var request = await ReadSingleAsync(call).ConfigureAwait(false);
            await handler!(request, call, call).ConfigureAwait(false);
        });

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        Add(method, handler, call => handler!(call, call, call));

    private static async Task<TRequest> ReadSingleAsync<TRequest, TResponse>(ServerCall<TRequest, TResponse> call)
        where TRequest : class
        where TResponse : class
    {
        var request = await call.ReadAsync().ConfigureAwait(false)
            ?? throw new RpcException(new Status(StatusCode.Unimplemented, "The method takes one request and got none."));
        if (await call.ReadAsync().ConfigureAwait(false) is not null)
        {
            // "Request cardinality violation" is UNIMPLEMENTED in gRPC's table of status codes.
            throw new RpcException(new Status(StatusCode.Unimplemented, "The method takes one request and got more."));
        }

        return request;
    }

    private static Task RespondAsync<TRequest, TResponse>(ServerCall<TRequest, TResponse> call, Method<TRequest, TResponse> method, TResponse response)
        where TRequest : class
        where TResponse : class
    {
        // A handler that set an error status may return nothing.
        return call.Status.StatusCode != StatusCode.OK && response is null
            ? Task.CompletedTask
            : call.WriteAsync(response ?? throw new InvalidOperationException($"The handler of {method.FullName} returned no response."));
    }

    private void Add<TRequest, TResponse>(
        Method<TRequest, TResponse> method, Delegate? handler, Func<ServerCall<TRequest, TResponse>, Task> invoke)
        where TRequest : class
        where TResponse : class
    {
        if (handler is null)
        {
            throw new ArgumentException($"Method {method.FullName} has no handler.", nameof(handler));
        }

        Methods.Add((method, new CallHandler<TRequest, TResponse>(method, runtime, invoke).HandleAsync));
    }
}
