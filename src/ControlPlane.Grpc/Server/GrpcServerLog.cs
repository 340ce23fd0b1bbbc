using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>What the server logs. Event ids are stable: 2000 to 2099.</summary>
internal static partial class GrpcServerLog
{
    [LoggerMessage(2000, LogLevel.Error, "The handler of {Method} failed with an exception.")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string method);

    [LoggerMessage(2001, LogLevel.Debug, "The call {Method} of {Peer} ended with {StatusCode}: {Detail}")]
    public static partial void CallEnded(ILogger logger, string method, string peer, global::Grpc.Core.StatusCode statusCode, string detail);

    [LoggerMessage(2002, LogLevel.Warning, "{Peer} has read nothing of {Method} for {Timeout}; its call is reset.")]
    public static partial void CallStalled(ILogger logger, string peer, string method, TimeSpan timeout);

    [LoggerMessage(2003, LogLevel.Warning, "The connection of {Peer} has taken no bytes for {Timeout}; it is aborted.")]
    public static partial void ConnectionStalled(ILogger logger, string peer, TimeSpan timeout);

    [LoggerMessage(2004, LogLevel.Debug, "The connection of {Peer} has reached its age of {Age}; it gets GOAWAY.")]
    public static partial void ConnectionAged(ILogger logger, string peer, TimeSpan age);

    [LoggerMessage(2005, LogLevel.Debug, "The grace of the connection of {Peer} is over; its calls are ended.")]
    public static partial void GraceOver(ILogger logger, string peer);

    [LoggerMessage(2006, LogLevel.Warning, "Calls of {Peer} did not end when told to; the connection is aborted.")]
    public static partial void ConnectionNotDrained(ILogger logger, string peer);

    [LoggerMessage(2007, LogLevel.Debug, "The request {HttpMethod} {Path} with content type '{ContentType}' is not gRPC.")]
    public static partial void NotGrpc(ILogger logger, string httpMethod, string path, string? contentType);
}
