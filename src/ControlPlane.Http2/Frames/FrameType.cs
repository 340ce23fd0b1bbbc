namespace ControlPlane.Http2.Frames;

/// <summary>What a frame is (RFC 9113, 6).</summary>
internal enum FrameType : byte
{
    /// <summary>Bytes of a body.</summary>
    Data = 0x0,

    /// <summary>Begins a stream, or ends it by trailers.</summary>
    Headers = 0x1,

    /// <summary>Deprecated; checked and ignored.</summary>
    Priority = 0x2,

    /// <summary>Ends a stream at once.</summary>
    ResetStream = 0x3,

    /// <summary>How the sender wants to be spoken to.</summary>
    Settings = 0x4,

    /// <summary>Never sent by a client.</summary>
    PushPromise = 0x5,

    /// <summary>Asks for a sign of life.</summary>
    Ping = 0x6,

    /// <summary>No more streams are taken.</summary>
    GoAway = 0x7,

    /// <summary>More bytes may be sent.</summary>
    WindowUpdate = 0x8,

    /// <summary>Goes on with a header block.</summary>
    Continuation = 0x9,
}
