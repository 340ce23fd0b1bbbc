using System.Buffers.Binary;

namespace ControlPlane.Testing.Http2;

/// <summary>Frames to send (RFC 9113, 4.1 and 6), also such that nobody should.</summary>
public static class Frame
{
    public const int HeadLength = 9;
    public const int MaxWindow = int.MaxValue;
    public const int DefaultWindow = 65_535;
    public const int DefaultMaxSize = 16_384;

    /// <summary>What a client sends first (3.4).</summary>
    public static byte[] Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public static byte[] Build(FrameType type, FrameFlags flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadLength + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = (byte)type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }

    public static byte[] Data(int stream, ReadOnlySpan<byte> payload, bool end = false) =>
        Build(FrameType.Data, end ? FrameFlags.EndStream : FrameFlags.None, stream, payload);

    public static byte[] Headers(int stream, IEnumerable<HeaderField> fields, bool end = false, bool endHeaders = true) =>
        Build(FrameType.Headers, Ends(end) | (endHeaders ? FrameFlags.EndHeaders : FrameFlags.None), stream, HeaderBlock.Encode(fields));

    public static byte[] Continuation(int stream, ReadOnlySpan<byte> fragment, bool endHeaders) =>
        Build(FrameType.Continuation, endHeaders ? FrameFlags.EndHeaders : FrameFlags.None, stream, fragment);

    public static byte[] Settings(params (Setting Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(i * 6 + 2), settings[i].Value);
        }

        return Build(FrameType.Settings, FrameFlags.None, 0, payload);
    }

    public static byte[] SettingsAcknowledgement() => Build(FrameType.Settings, FrameFlags.Acknowledge, 0);

    public static byte[] Ping(long payload = 0, bool acknowledge = false) =>
        Build(FrameType.Ping, acknowledge ? FrameFlags.Acknowledge : FrameFlags.None, 0, Bytes((ulong)payload));

    public static byte[] WindowUpdate(int stream, int increment) => Build(FrameType.WindowUpdate, FrameFlags.None, stream, Bytes((uint)increment));

    public static byte[] Reset(int stream, Http2ErrorCode code = Http2ErrorCode.Cancel) =>
        Build(FrameType.ResetStream, FrameFlags.None, stream, Bytes((uint)code));

    public static byte[] Priority(int stream, int dependency, byte weight = 15) =>
        Build(FrameType.Priority, FrameFlags.None, stream, [.. Bytes((uint)dependency), weight]);

    public static byte[] GoAway(int lastStream, Http2ErrorCode code) =>
        Build(FrameType.GoAway, FrameFlags.None, 0, [.. Bytes((uint)lastStream), .. Bytes((uint)code)]);

    private static FrameFlags Ends(bool end) => end ? FrameFlags.EndStream : FrameFlags.None;

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
