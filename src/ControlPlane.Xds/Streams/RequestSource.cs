using Google.Protobuf;
using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>Reads the requests of a stream.</summary>
/// <typeparam name="TRequest">Their message.</typeparam>
internal sealed class RequestSource<TRequest>(IAsyncStreamReader<TRequest> requests, Func<TRequest, IncomingRequest> read) : IRequestSource
    where TRequest : class
{
    /// <inheritdoc/>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the message is malformed.</exception>
    public async Task<IncomingRequest?> NextAsync()
    {
        try
        {
            return await requests.MoveNext(CancellationToken.None).ConfigureAwait(false) ? read(requests.Current) : null;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"a request is no valid {typeof(TRequest).Name}: {e.Message}"));
        }
    }
}
