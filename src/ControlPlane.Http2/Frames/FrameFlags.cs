namespace ControlPlane.Http2.Frames;

/// <summary>The flags of frames; which one a bit is depends on the type (RFC 9113, 6).</summary>
[Flags]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1069:Enums values should not be duplicated", Justification = "The same bit means another thing on another type of frame.")]
internal enum FrameFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>DATA, HEADERS: the sender's last frame of the stream.</summary>
    EndStream = 0x1,

    /// <summary>SETTINGS, PING: an answer.</summary>
    Acknowledge = 0x1,

    /// <summary>HEADERS, CONTINUATION: the header block is complete.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA, HEADERS: a length byte comes first, that many bytes of padding last.</summary>
    Padded = 0x8,

    /// <summary>HEADERS: five bytes of priority come before the block.</summary>
    Priority = 0x20,
}
