using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Grpc.Server;

/// <summary>
/// One call of a method. It is the stream of its requests and that of its responses too: a push to a thousand idle streams finds none of their
/// objects in the processor's cache, so there are few of them.
/// </summary>
internal sealed class ServerCall<TRequest, TResponse>(
    HttpContext http, Method<TRequest, TResponse> method, GrpcServerRuntime runtime, TimeSpan? timeout, bool gzip)
    : ServerCall(http, method, runtime, timeout, gzip), IAsyncStreamReader<TRequest>, IMessageLoop<TRequest>, IServerStreamWriter<TResponse>
    where TRequest : class
    where TResponse : class
{
    private TRequest? _current;

    public TRequest Current => _current ?? throw new InvalidOperationException("There is no current message: MoveNext must return true first.");

    /// <summary>Reads the next request; null at the end of the stream.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the client is gone.</exception>
    /// <exception cref="RpcException">The client broke the protocol or a limit.</exception>
    public ValueTask<TRequest?> ReadAsync() => ReadAsync(method.RequestMarshaller);

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static call => ((ServerCall)call!).Cancel(), this);

        // An idle stream should not hold on to its last message.
        _current = null;
        _current = await ReadAsync().ConfigureAwait(false);
        return _current is not null;
    }

    public Task ForEachAsync<TState>(TState state, Func<TState, TRequest, Task> take) => ForEachAsync(method.RequestMarshaller, state, take);

    public Task WriteAsync(TResponse message) => WriteAsync(message, method.ResponseMarshaller);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static call => ((ServerCall)call!).Cancel(), this);
        await WriteAsync(message).ConfigureAwait(false);
    }
}
