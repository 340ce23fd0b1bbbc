using System.Buffers;
using System.Buffers.Binary;
using ControlPlane.Grpc;
using Grpc.Core;

namespace ControlPlane.Benchmarks.Grpc;

/// <summary>
/// The messages of the measured stream. A request asks for a number of answers of a size; an answer is a head of its own (as the nonce of
/// an ADS response) and shared segments of the size of one resource.
/// </summary>
internal sealed record PushMessage(int Count, int Size)
{
    public const int RequestSize = 8;
    private const int HeadSize = 64;
    private const int ResourceSize = 2048;

    private static readonly ReadOnlyMemory<byte> Resource = new byte[ResourceSize];

    public static Method<PushMessage, PushMessage> Method { get; } = new(
        MethodType.DuplexStreaming,
        "bench.Push",
        "Stream",
        Marshallers.Create<PushMessage>((message, context) => context.Complete(message.ToRequest()), ReadRequest),
        Marshallers.Create<PushMessage>(WriteAnswer, context => new PushMessage(0, context.PayloadLength)));

    public byte[] ToRequest()
    {
        var bytes = new byte[RequestSize];
        BinaryPrimitives.WriteInt32BigEndian(bytes, Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Size);
        return bytes;
    }

    private static PushMessage ReadRequest(DeserializationContext context)
    {
        var bytes = context.PayloadAsReadOnlySequence().ToArray();
        return new PushMessage(BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4)));
    }

    private static void WriteAnswer(PushMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.Size);
        var writer = context.GetBufferWriter();
        var head = Math.Min(HeadSize, message.Size);
        writer.GetSpan(head)[..head].Clear();
        writer.Advance(head);
        for (var rest = message.Size - head; rest > 0; rest -= ResourceSize)
        {
            ((ISharedSegmentWriter)writer).WriteShared(Resource[..Math.Min(rest, ResourceSize)]);
        }

        context.Complete();
    }
}
