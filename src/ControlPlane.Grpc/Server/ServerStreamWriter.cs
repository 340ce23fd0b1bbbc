using Grpc.Core;

namespace ControlPlane.Grpc.Server;

/// <summary>Takes the responses of a call.</summary>
internal sealed class ServerStreamWriter<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => call.WriteAsync(message, marshaller);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static call => ((ServerCall)call!).Cancel(), call);
        await call.WriteAsync(message, marshaller).ConfigureAwait(false);
    }
}
