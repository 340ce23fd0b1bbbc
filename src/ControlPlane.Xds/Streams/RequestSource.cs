using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>Reads the requests of a stream.</summary>
/// <typeparam name="TRequest">Their message.</typeparam>
internal sealed class RequestSource<TRequest>(IAsyncStreamReader<TRequest> requests, Func<TRequest, IncomingRequest> read) : IRequestSource
    where TRequest : class
{
    /// <inheritdoc/>
    public Task<bool> MoveNextAsync() => requests.MoveNext(CancellationToken.None);

    /// <inheritdoc/>
    public IncomingRequest Read() => read(requests.Current);
}
