using System.Buffers;
using System.Buffers.Binary;

namespace ControlPlane.Http2.Frames;

/// <summary>What holds for frames whatever the state of their connection (RFC 9113, 6).</summary>
internal static class FrameRules
{
    /// <summary>Bytes of the priority in HEADERS and PRIORITY.</summary>
    public const int PriorityLength = 5;

    /// <summary>Bytes of PING.</summary>
    public const int PingLength = 8;

    /// <summary>Bytes of an error code, and of a window's increment.</summary>
    public const int CodeLength = 4;

    /// <summary>Bytes that GOAWAY has at least.</summary>
    public const int GoAwayLength = 8;

    /// <summary>The payload without its padding.</summary>
    /// <exception cref="Http2ConnectionException">The padding is longer than the frame.</exception>
    public static ReadOnlySequence<byte> Unpad(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        if (!header.Has(FrameFlags.Padded))
            return payload;
        if (payload.IsEmpty)
            throw WrongSize(header.Type.ToString());
        var padding = payload.FirstSpan[0];
        return padding < payload.Length ? payload.Slice(1, payload.Length - 1 - padding) : throw Broken("padding that is longer than its frame");
    }

    /// <summary>A frame of a stream.</summary>
    /// <exception cref="Http2ConnectionException">It is of none.</exception>
    public static void RequireStream(in FrameHeader header)
    {
        if (header.StreamId == 0)
            throw Broken($"{header.Type} without a stream");
    }

    /// <summary>A frame of the connection.</summary>
    /// <exception cref="Http2ConnectionException">It is of a stream.</exception>
    public static void RequireConnection(in FrameHeader header)
    {
        if (header.StreamId != 0)
            throw Broken($"{header.Type} on a stream");
    }

    /// <summary>A priority (deprecated, but bounded) that depends on another stream.</summary>
    /// <exception cref="Http2ConnectionException">It depends on its own.</exception>
    public static void RequireOtherStream(int id, ReadOnlySequence<byte> priority)
    {
        if ((ReadUInt32(priority) & int.MaxValue) == id)
            throw Broken("a stream that depends on itself");
    }

    /// <summary>The number at the begin of a payload.</summary>
    public static uint ReadUInt32(ReadOnlySequence<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[CodeLength];
        payload.Slice(0, CodeLength).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>A rule is broken that has no code of its own.</summary>
    public static Http2ConnectionException Broken(string reason) => new(ErrorCode.ProtocolError, reason);

    /// <summary>A frame has a size that frames of its type can't have.</summary>
    public static Http2ConnectionException WrongSize(string what) => new(ErrorCode.FrameSizeError, $"{what} of a wrong size");
}
