using System.Buffers;
using System.Buffers.Binary;

namespace ControlPlane.Http2.Frames;

/// <summary>Writes the frames that carry neither headers nor a body.</summary>
internal static class ControlFrames
{
    private const ushort MaxConcurrentStreams = 3, InitialWindowSize = 4, MaxHeaderListSize = 6;

    /// <summary>The server's SETTINGS.</summary>
    public static void Settings(IBufferWriter<byte> output, int maxStreams, int streamWindow, int maxHeaderListSize)
    {
        const int entry = 6;
        Span<byte> payload = stackalloc byte[3 * entry];
        Setting(payload, MaxConcurrentStreams, maxStreams);
        Setting(payload[entry..], InitialWindowSize, streamWindow);
        Setting(payload[(2 * entry)..], MaxHeaderListSize, maxHeaderListSize);
        Write(output, FrameType.Settings, FrameFlags.None, 0, payload);
    }

    /// <summary>The acknowledgement of the peer's SETTINGS.</summary>
    public static void SettingsAcknowledged(IBufferWriter<byte> output) => Write(output, FrameType.Settings, FrameFlags.Acknowledge, 0, []);

    /// <summary>PING, or its answer.</summary>
    public static void Ping(IBufferWriter<byte> output, bool acknowledge, ReadOnlySpan<byte> payload) =>
        Write(output, FrameType.Ping, acknowledge ? FrameFlags.Acknowledge : FrameFlags.None, 0, payload);

    /// <summary>RST_STREAM.</summary>
    public static void Reset(IBufferWriter<byte> output, int streamId, ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)code);
        Write(output, FrameType.ResetStream, FrameFlags.None, streamId, payload);
    }

    /// <summary>WINDOW_UPDATE.</summary>
    public static void WindowUpdate(IBufferWriter<byte> output, int streamId, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        Write(output, FrameType.WindowUpdate, FrameFlags.None, streamId, payload);
    }

    /// <summary>GOAWAY.</summary>
    public static void GoAway(IBufferWriter<byte> output, int lastStreamId, ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        Write(output, FrameType.GoAway, FrameFlags.None, 0, payload);
    }

    private static void Setting(Span<byte> target, ushort id, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, id);
        BinaryPrimitives.WriteInt32BigEndian(target[2..], value);
    }

    private static void Write(IBufferWriter<byte> output, FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        var span = output.GetSpan(FrameHeader.Size + payload.Length);
        new FrameHeader(payload.Length, type, flags, streamId).Write(span);
        payload.CopyTo(span[FrameHeader.Size..]);
        output.Advance(FrameHeader.Size + payload.Length);
    }
}
