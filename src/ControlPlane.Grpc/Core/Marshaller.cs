namespace Grpc.Core;

/// <summary>Writes messages of one type to bytes and reads them back.</summary>
/// <typeparam name="T">The message.</typeparam>
public class Marshaller<T>
{
    private readonly Func<T, byte[]>? _serializer;
    private readonly Func<byte[], T>? _deserializer;

    /// <summary>Creates a marshaller from functions on whole arrays.</summary>
    /// <param name="serializer">Message to bytes.</param>
    /// <param name="deserializer">Bytes to message.</param>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        _serializer = serializer;
        _deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Creates a marshaller from functions that use the transport's buffers.</summary>
    /// <param name="serializer">Writes a message to the context and completes it.</param>
    /// <param name="deserializer">Reads a message from the context's payload.</param>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
    }

    /// <summary>Message to bytes.</summary>
    /// <exception cref="NotSupportedException">The marshaller was made from contextual functions.</exception>
    public Func<T, byte[]> Serializer => _serializer ?? throw OnlyContextual();

    /// <summary>Bytes to message.</summary>
    /// <exception cref="NotSupportedException">The marshaller was made from contextual functions.</exception>
    public Func<byte[], T> Deserializer => _deserializer ?? throw OnlyContextual();

    /// <summary>Writes a message to a context and completes it.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Reads a message from a context's payload.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }

    private static NotSupportedException OnlyContextual() =>
        new($"The marshaller of {typeof(T)} has contextual functions only.");
}
