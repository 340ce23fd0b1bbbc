using ControlPlane.Translation.Resources;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Encoding;

/// <summary>
/// Puts the bytes of a message together from those of its parts: what an earlier revision holds already is copied, the rest is made, checked and
/// encoded. The bytes are those of the whole message, byte for byte.
/// </summary>
/// <param name="check">The gate. The rules of an element must not depend on its neighbours.</param>
internal sealed class BodyComposer(Func<IMessage, IReadOnlyList<string>> check)
{
    /// <summary>Number of parts encoded so far.</summary>
    public long EncodedParts { get; private set; }

    /// <summary>The bytes, or null where the gate refuses the frame or an element.</summary>
    public byte[]? Compose(ComposedMessage message)
    {
        var frame = message.Frame();
        if (check(frame).Count > 0)
            return null;
        var key = new Key(this, message.Variant);
        var pieces = new ReadOnlyMemory<byte>[message.Parts.Count];
        var length = 0;
        for (var i = 0; i < pieces.Length; i++)
        {
            var part = message.Parts[i];
            pieces[i] = part.Find(key);
            if (pieces[i].IsEmpty)
                pieces[i] = Encode(message, part);
            if (pieces[i].IsEmpty)
                return null;
            length += pieces[i].Length;
        }

        return Join(frame.ToByteArray(), message, pieces, length, key);
    }

    private static byte[] Join(byte[] frame, ComposedMessage message, ReadOnlyMemory<byte>[] pieces, int length, Key key)
    {
        var split = Split(frame, message.Field);
        var body = new byte[frame.Length + length];
        var shared = new WeakReference<byte[]>(body);
        frame.AsSpan(0, split).CopyTo(body);
        var at = split;
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i].Span.CopyTo(body.AsSpan(at));
            message.Parts[i].Note(key, shared, at, pieces[i].Length);
            at += pieces[i].Length;
        }

        frame.AsSpan(split).CopyTo(body.AsSpan(at));
        return body;
    }

    /// <summary>Where the field begins or would begin: messages are written in the order of their field numbers.</summary>
    private static int Split(byte[] frame, int field)
    {
        using var input = new CodedInputStream(frame);
        while (true)
        {
            var at = (int)input.Position;
            var tag = input.ReadTag();
            if (tag == 0 || WireFormat.GetTagFieldNumber(tag) >= field)
                return at;
            input.SkipLastField();
        }
    }

    /// <summary>An element with its field header; empty where the gate refuses it.</summary>
    private byte[] Encode(ComposedMessage message, ResourcePart part)
    {
        var element = message.Element(part);
        if (check(element).Count > 0)
            return [];
        EncodedParts++;
        var bytes = new byte[CodedOutputStream.ComputeTagSize(message.Field) + CodedOutputStream.ComputeMessageSize(element)];
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(message.Field, WireFormat.WireType.LengthDelimited);
        output.WriteMessage(element);
        output.CheckNoSpaceLeft();
        return bytes;
    }

    // Another composer may have another gate.
    private sealed record Key(BodyComposer Composer, object Variant);
}
