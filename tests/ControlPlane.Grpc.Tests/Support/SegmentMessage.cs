using System.Buffers;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Support;

/// <summary>A message like an ADS response: some bytes of its own and segments that were encoded before and are shared.</summary>
public sealed record SegmentMessage(byte[] Head, IReadOnlyList<ReadOnlyMemory<byte>> Shared)
{
    public static Marshaller<SegmentMessage> Marshaller { get; } = Marshallers.Create(Write, Read);

    public static Method<SegmentMessage, SegmentMessage> Duplex { get; } =
        new(MethodType.DuplexStreaming, "test.Segments", "Stream", Marshaller, Marshaller);

    public static SegmentMessage Of(string text) => new(System.Text.Encoding.UTF8.GetBytes(text), []);

    public byte[] ToArray() => [.. Head, .. Shared.SelectMany(segment => segment.ToArray())];

    private static void Write(SegmentMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.Head.Length + message.Shared.Sum(segment => segment.Length));
        var writer = context.GetBufferWriter();
        writer.Write(message.Head);
        foreach (var segment in message.Shared)
        {
            if (writer is ISharedSegmentWriter shared)
            {
                shared.WriteShared(segment);
            }
            else
            {
                writer.Write(segment.Span);
            }
        }

        context.Complete();
    }

    private static SegmentMessage Read(DeserializationContext context) => new(context.PayloadAsReadOnlySequence().ToArray(), []);
}
