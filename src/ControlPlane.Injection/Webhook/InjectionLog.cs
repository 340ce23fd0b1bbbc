using Microsoft.Extensions.Logging;

namespace ControlPlane.Injection.Webhook;

/// <summary>Log messages of the webhook; event ids 500 to 599.</summary>
internal static partial class InjectionLog
{
    [LoggerMessage(500, LogLevel.Information, "Pod {Pod} is injected, {Operations} operations: {Reason}")]
    public static partial void Injected(ILogger logger, string pod, string reason, int operations);

    [LoggerMessage(501, LogLevel.Information, "Pod {Pod} is left alone: {Reason}")]
    public static partial void LeftAlone(ILogger logger, string pod, string reason);

    [LoggerMessage(502, LogLevel.Warning, "Refused: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(503, LogLevel.Warning, "A request of the injection webhook is no review: {Reason}")]
    public static partial void BadReview(ILogger logger, string reason);
}
