namespace ControlPlane.Http2.Frames;

/// <summary>Why a stream or a connection ends, on the wire (RFC 9113, 7).</summary>
internal enum ErrorCode : uint
{
    /// <summary>No error: a graceful end.</summary>
    NoError = 0x0,

    /// <summary>The peer broke a rule for which there is no code of its own.</summary>
    ProtocolError = 0x1,

    /// <summary>A fault of the one who sends it.</summary>
    InternalError = 0x2,

    /// <summary>The peer broke flow control.</summary>
    FlowControlError = 0x3,

    /// <summary>Settings were not acknowledged in time.</summary>
    SettingsTimeout = 0x4,

    /// <summary>A frame for a stream that is half closed.</summary>
    StreamClosed = 0x5,

    /// <summary>A frame of a wrong size.</summary>
    FrameSizeError = 0x6,

    /// <summary>The stream was not processed at all; the peer may try again.</summary>
    RefusedStream = 0x7,

    /// <summary>The stream is no longer needed.</summary>
    Cancel = 0x8,

    /// <summary>The state of header compression can't be kept.</summary>
    CompressionError = 0x9,

    /// <summary>A CONNECT request's connection failed.</summary>
    ConnectError = 0xa,

    /// <summary>The peer's behaviour looks like an attack.</summary>
    EnhanceYourCalm = 0xb,

    /// <summary>The transport is not secure enough.</summary>
    InadequateSecurity = 0xc,

    /// <summary>The peer is to use HTTP/1.1.</summary>
    Http11Required = 0xd,
}
