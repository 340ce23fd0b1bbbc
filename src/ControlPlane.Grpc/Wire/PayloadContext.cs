using System.Buffers;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>Shows the bytes of one received message to its deserializer; reused for every message of a stream.</summary>
internal sealed class PayloadContext : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <exception cref="RpcException">The deserializer refuses the bytes (INTERNAL).</exception>
    public T Read<T>(in ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        _payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(this);
        }
        catch (Exception e) when (e is not (RpcException or OutOfMemoryException))
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message can't be read as {typeof(T).Name}: {e.Message}", e));
        }
        finally
        {
            _payload = default;
        }
    }
}
