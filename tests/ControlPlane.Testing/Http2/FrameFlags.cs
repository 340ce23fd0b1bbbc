namespace ControlPlane.Testing.Http2;

/// <summary>The flags of frames (RFC 9113, 6).</summary>
[Flags]
public enum FrameFlags : byte
{
    None = 0,
    Acknowledge = 1,
    EndStream = Acknowledge,
    EndHeaders = 4,
    Padded = 8,
    Priority = 0x20,
    All = 0xFF,
}
