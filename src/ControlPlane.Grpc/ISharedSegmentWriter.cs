namespace ControlPlane.Grpc;

/// <summary>
/// Takes bytes that were encoded before and are shared by many messages. The buffer writer a serializer gets from
/// <c>SerializationContext.GetBufferWriter</c> implements it here; under another gRPC library a serializer falls back to writing a copy.
/// </summary>
public interface ISharedSegmentWriter
{
    /// <summary>
    /// Appends bytes that nobody changes until the message is sent. They are copied once, into the transport, as the peer takes them;
    /// so a slow peer holds a reference to them, not a copy.
    /// </summary>
    /// <param name="segment">The bytes.</param>
    void WriteShared(ReadOnlyMemory<byte> segment);
}
