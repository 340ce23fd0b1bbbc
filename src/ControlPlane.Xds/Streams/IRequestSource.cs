using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>The requests of a stream, whatever their message.</summary>
internal interface IRequestSource
{
    /// <summary>Waits for the next request; false at the end.</summary>
    Task<bool> MoveNextAsync();

    /// <summary>Reads the request that has come.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a name in it is not text.</exception>
    IncomingRequest Read();
}
