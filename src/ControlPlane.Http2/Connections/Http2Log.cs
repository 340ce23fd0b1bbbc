using Microsoft.Extensions.Logging;

namespace ControlPlane.Http2.Connections;

/// <summary>What the server says in the log.</summary>
internal static partial class Http2Log
{
    /// <summary>The application threw what nobody caught.</summary>
    [LoggerMessage(1, LogLevel.Error, "Connection {ConnectionId}: the application has failed to answer {Path}.")]
    public static partial void ApplicationFailed(ILogger logger, Exception failure, string connectionId, string path);

    /// <summary>The peer broke a rule; the connection is closed.</summary>
    [LoggerMessage(2, LogLevel.Debug, "Connection {ConnectionId} is closed ({Code}): {Reason}")]
    public static partial void ConnectionFault(ILogger logger, string connectionId, Frames.ErrorCode code, string reason);

    /// <summary>A stream is reset.</summary>
    [LoggerMessage(3, LogLevel.Debug, "Connection {ConnectionId}: stream {StreamId} is reset ({Code}): {Reason}")]
    public static partial void StreamReset(ILogger logger, string connectionId, int streamId, Frames.ErrorCode code, string reason);
}
