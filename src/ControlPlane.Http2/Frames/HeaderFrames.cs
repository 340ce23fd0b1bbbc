using System.Buffers;

namespace ControlPlane.Http2.Frames;

/// <summary>Writes a header block as HEADERS and, where it is large, CONTINUATION (RFC 9113, 4.3). Nothing may come between them.</summary>
internal static class HeaderFrames
{
    /// <summary>Writes all frames of a block.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(IBufferWriter<byte> output, int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        var written = 0;
        var type = FrameType.Headers;
        var flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        do
        {
            var part = block[..Math.Min(block.Length, FrameHeader.MaxPayload)];
            block = block[part.Length..];
            var header = new FrameHeader(part.Length, type, block.IsEmpty ? flags | FrameFlags.EndHeaders : flags, streamId);
            header.Write(output.GetSpan(FrameHeader.Size));
            output.Advance(FrameHeader.Size);
            output.Write(part);
            written += FrameHeader.Size + part.Length;
            (type, flags) = (FrameType.Continuation, FrameFlags.None);
        }
        while (!block.IsEmpty);
        return written;
    }
}
