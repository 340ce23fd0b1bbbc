using System.Buffers;
using System.Buffers.Binary;

namespace ControlPlane.Http2.Frames;

/// <summary>The nine bytes before the payload of a frame (RFC 9113, 4.1).</summary>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Type">What the frame is; may be a type that nobody knows.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="StreamId">Its stream; 0 for the connection.</param>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 9;

    /// <summary>The largest payload that everybody takes, and the largest that we do: SETTINGS_MAX_FRAME_SIZE as it is without being set.</summary>
    public const int MaxPayload = 16 * 1024;

    /// <summary>Whether a flag is set.</summary>
    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>Takes the next frame off a buffer, if it is there as a whole.</summary>
    /// <exception cref="Http2ConnectionException">The frame is too large; said as soon as its length is known.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out FrameHeader header, out ReadOnlySequence<byte> payload)
    {
        header = default;
        payload = default;
        if (buffer.Length < Size)
            return false;
        header = buffer.FirstSpan is { Length: >= Size } first ? Parse(first) : ParseJoined(buffer);
        if (header.Length > MaxPayload)
            throw new Http2ConnectionException(ErrorCode.FrameSizeError, $"a frame of {header.Length} bytes is larger than {MaxPayload}");
        if (buffer.Length < Size + header.Length)
            return false;
        payload = buffer.Slice(Size, header.Length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>Writes the nine bytes.</summary>
    public void Write(Span<byte> target)
    {
        target[0] = (byte)(Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)Length);
        target[3] = (byte)Type;
        target[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], StreamId);
    }

    private static FrameHeader ParseJoined(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(bytes);
        return Parse(bytes);
    }

    private static FrameHeader Parse(ReadOnlySpan<byte> bytes) => new(
        (bytes[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]),
        (FrameType)bytes[3],
        (FrameFlags)bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue);
}
