using System.Net;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Http2.Sockets;

/// <summary>What the transport says in the log.</summary>
internal static partial class SocketLog
{
    /// <summary>No connection can be accepted.</summary>
    [LoggerMessage(1, LogLevel.Warning, "No connection to {Address} can be accepted at present: {Reason}")]
    public static partial void Exhausted(ILogger logger, EndPoint address, string reason);
}
