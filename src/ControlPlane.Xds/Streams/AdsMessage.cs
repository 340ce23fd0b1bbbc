using ControlPlane.Xds.Responses;
using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>A response of either variant, ready to be written: a body that many streams share, and this stream's nonce.</summary>
internal sealed class AdsMessage
{
    private readonly EncodedBody _body;
    private readonly string _nonce;

    public AdsMessage(EncodedBody body, string nonce)
    {
        _body = body;
        _nonce = nonce;
        Length = body.Length + ResponseEncoder.NonceSize(nonce);
    }

    /// <summary>Bytes of the message.</summary>
    public int Length { get; }

    /// <summary>Writes messages; the server reads none of its own.</summary>
    public static Marshaller<AdsMessage> Marshaller { get; } = Marshallers.Create<AdsMessage>(
        static (message, context) => message.WriteTo(context),
        static _ => throw new NotSupportedException("Responses are written only."));

    private void WriteTo(SerializationContext context)
    {
        context.SetPayloadLength(Length);
        var writer = context.GetBufferWriter();
        _body.WriteTo(writer);
        var nonce = writer.GetSpan(Length - _body.Length);
        writer.Advance(ResponseEncoder.WriteNonce(nonce, _nonce));
        context.Complete();
    }
}
