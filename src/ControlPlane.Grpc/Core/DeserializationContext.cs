using System.Buffers;

namespace Grpc.Core;

/// <summary>The bytes of one received message. Valid only until the deserializer returns.</summary>
public abstract class DeserializationContext
{
    /// <summary>The length of the message, bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Copies the message to a new array.</summary>
    /// <returns>The array, which the caller owns.</returns>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException();

    /// <summary>The message in the transport's own buffers, without a copy.</summary>
    /// <returns>A sequence that must not be used after the deserializer returned.</returns>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException();
}
