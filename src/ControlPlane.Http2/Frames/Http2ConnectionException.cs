namespace ControlPlane.Http2.Frames;

/// <summary>The peer broke a rule such that the connection can't go on: it is told by GOAWAY and closed (RFC 9113, 5.4.1).</summary>
internal sealed class Http2ConnectionException(ErrorCode code, string message) : Exception(message)
{
    /// <summary>What the GOAWAY says.</summary>
    public ErrorCode Code { get; } = code;
}
