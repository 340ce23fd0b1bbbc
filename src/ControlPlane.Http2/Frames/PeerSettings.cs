using System.Buffers;
using System.Buffers.Binary;

namespace ControlPlane.Http2.Frames;

/// <summary>
/// What the peer has set of itself (RFC 9113, 6.5.2). Only the window is of use here: no frame that we send is larger than what everybody takes, no
/// field is remembered by the peer's decoder, and nothing is pushed.
/// </summary>
internal static class PeerSettings
{
    private const int EntrySize = 6;
    private const ushort EnablePush = 2, InitialWindowSize = 4, MaxFrameSize = 5;
    private const uint MaxWindow = int.MaxValue, SmallestMaxFrame = 16 * 1024, LargestMaxFrame = 0xff_ffff;

    /// <summary>Checks a SETTINGS frame that is no acknowledgement.</summary>
    /// <returns>The new initial window of streams; null when the frame does not set it.</returns>
    /// <exception cref="Http2ConnectionException">A value out of its bounds.</exception>
    public static int? Read(ReadOnlySequence<byte> payload)
    {
        if (payload.Length % EntrySize != 0)
            throw new Http2ConnectionException(ErrorCode.FrameSizeError, "SETTINGS of a length that is not a multiple of six");
        int? window = null;
        Span<byte> entry = stackalloc byte[EntrySize];
        for (; payload.Length > 0; payload = payload.Slice(EntrySize))
        {
            payload.Slice(0, EntrySize).CopyTo(entry);
            var value = BinaryPrimitives.ReadUInt32BigEndian(entry[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(entry))
            {
                case EnablePush when value > 1:
                    throw new Http2ConnectionException(ErrorCode.ProtocolError, $"SETTINGS_ENABLE_PUSH {value}");
                case InitialWindowSize when value > MaxWindow:
                    throw new Http2ConnectionException(ErrorCode.FlowControlError, $"SETTINGS_INITIAL_WINDOW_SIZE {value}");
                case InitialWindowSize:
                    window = (int)value;
                    break;
                case MaxFrameSize when value is < SmallestMaxFrame or > LargestMaxFrame:
                    throw new Http2ConnectionException(ErrorCode.ProtocolError, $"SETTINGS_MAX_FRAME_SIZE {value}");
                default:
                    break;
            }
        }

        return window;
    }
}
