using System.Buffers;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>Shows the bytes of one received message to its deserializer; a thread needs one for all messages.</summary>
internal sealed class PayloadContext : DeserializationContext
{
    [ThreadStatic]
    private static PayloadContext? t_idle;

    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <exception cref="RpcException">The deserializer refuses the bytes (INTERNAL).</exception>
    public static T Read<T>(in ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        // A deserializer that reads a message itself has another one for it.
        var context = t_idle ?? new PayloadContext();
        t_idle = null;
        context._payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(context);
        }
        catch (Exception e) when (e is not (RpcException or OutOfMemoryException))
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The message can't be read as {typeof(T).Name}: {e.Message}", e));
        }
        finally
        {
            context._payload = default;
            t_idle = context;
        }
    }
}
