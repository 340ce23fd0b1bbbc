using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts one message: either a whole array, or bytes through a buffer writer.</summary>
public abstract class SerializationContext
{
    /// <summary>Gives the whole message as an array that is not changed afterwards.</summary>
    /// <param name="payload">The message.</param>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Gives the buffer writer that takes the message. Call <see cref="Complete()"/> after the last byte.</summary>
    /// <returns>The writer.</returns>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Announces the exact length of the message before <see cref="GetBufferWriter"/> is called.</summary>
    /// <param name="payloadLength">The length, bytes.</param>
    public virtual void SetPayloadLength(int payloadLength)
    {
        // Only a hint in this contract; a transport that needs it overrides this.
    }

    /// <summary>Ends a message written through <see cref="GetBufferWriter"/>.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}
