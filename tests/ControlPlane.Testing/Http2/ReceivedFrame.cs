using System.Buffers.Binary;

namespace ControlPlane.Testing.Http2;

/// <summary>A frame as it came.</summary>
public sealed record ReceivedFrame(FrameType Type, FrameFlags Flags, int Stream, byte[] Payload)
{
    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>The error code of a RST_STREAM or GOAWAY.</summary>
    public Http2ErrorCode Error => (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    /// <summary>The last stream of a GOAWAY, or the increment of a WINDOW_UPDATE.</summary>
    public int Number => BinaryPrimitives.ReadInt32BigEndian(Payload) & int.MaxValue;

    /// <summary>The entries of SETTINGS.</summary>
    public Dictionary<Setting, uint> ReadSettings()
    {
        var settings = new Dictionary<Setting, uint>();
        for (var at = 0; at < Payload.Length; at += 6)
            settings[(Setting)BinaryPrimitives.ReadUInt16BigEndian(Payload.AsSpan(at))] = BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(at + 2));
        return settings;
    }

    public override string ToString() => Type switch
    {
        FrameType.ResetStream or FrameType.GoAway => $"{Type} stream {Stream} {Error}",
        FrameType.WindowUpdate => $"{Type} stream {Stream} +{Number}",
        _ => $"{Type} stream {Stream} flags {(byte)Flags:x2} {Payload.Length} bytes",
    };
}
