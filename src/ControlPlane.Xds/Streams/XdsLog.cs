using ControlPlane.Xds.Subscriptions;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Streams;

internal static partial class XdsLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Node} connected as stream {Stream} from {Peer} ({Variant})")]
    public static partial void Connected(ILogger logger, string node, long stream, string peer, XdsVariant variant);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Node} disconnected, stream {Stream}")]
    public static partial void Disconnected(ILogger logger, string node, long stream);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stream from {Peer} refused, {Code}: {Detail}")]
    public static partial void Refused(ILogger logger, string peer, StatusCode code, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} refused {Type} {Nonce}, {Unlogged} earlier refusals not logged: {Reason}")]
    public static partial void Nack(ILogger logger, string node, string type, string nonce, long unlogged, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Node}: new clusters were not warm after {Limit}, such as by a missing secret; listeners and routes are sent all the same")]
    public static partial void WarmingTimeout(ILogger logger, string node, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Node}: {Type} {Nonce} sent, {Resources} resources, {Removed} removed, {Bytes} bytes")]
    public static partial void Sent(ILogger logger, string node, string type, string nonce, int resources, int removed, int bytes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Node} asks for {TypeUrl}, which is not served")]
    public static partial void UnknownType(ILogger logger, string node, string typeUrl);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Node}: {Type} request with the stale nonce {Nonce}")]
    public static partial void StaleNonce(ILogger logger, string node, string type, string nonce);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stream {Stream} of {Node} failed")]
    public static partial void Failed(ILogger logger, Exception failure, string node, long stream);
}
