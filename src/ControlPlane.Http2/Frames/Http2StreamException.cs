namespace ControlPlane.Http2.Frames;

/// <summary>The peer broke a rule of one stream: the stream is reset and the connection goes on (RFC 9113, 5.4.2).</summary>
internal sealed class Http2StreamException(int streamId, ErrorCode code, string message) : Exception(message)
{
    /// <summary>The stream.</summary>
    public int StreamId { get; } = streamId;

    /// <summary>What the RST_STREAM says.</summary>
    public ErrorCode Code { get; } = code;
}
