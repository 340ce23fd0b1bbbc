using Grpc.Core;

namespace ControlPlane.Grpc.Server;

/// <summary>The requests of a call.</summary>
internal sealed class ServerStreamReader<T>(ServerCall call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message: MoveNext must return true first.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static call => ((ServerCall)call!).Cancel(), call);

        // An idle stream should not hold on to its last message.
        _current = null;
        _current = await call.ReadAsync(marshaller).ConfigureAwait(false);
        return _current is not null;
    }
}
