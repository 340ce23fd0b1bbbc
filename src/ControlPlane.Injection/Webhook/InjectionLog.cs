using Microsoft.Extensions.Logging;

namespace ControlPlane.Injection.Webhook;

/// <summary>Log messages of the webhooks; event ids 500 to 599.</summary>
internal static partial class InjectionLog
{
    [LoggerMessage(500, LogLevel.Information, "Pod {Pod} is injected, {Operations} operations: {Reason}")]
    public static partial void Injected(ILogger logger, string pod, string reason, int operations);

    [LoggerMessage(501, LogLevel.Information, "Pod {Pod} is left alone: {Reason}")]
    public static partial void LeftAlone(ILogger logger, string pod, string reason);

    [LoggerMessage(502, LogLevel.Warning, "Refused: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(503, LogLevel.Warning, "A request of a webhook is no review: {Reason}")]
    public static partial void BadReview(ILogger logger, string reason);

    [LoggerMessage(504, LogLevel.Information, "{Object} is refused{Hint}: {Reason}")]
    public static partial void Invalid(ILogger logger, string @object, string hint, string reason);

    [LoggerMessage(505, LogLevel.Debug, "{Object} is allowed without a look: {Outcome}")]
    public static partial void Unchecked(ILogger logger, string @object, ValidationOutcome outcome);

    [LoggerMessage(506, LogLevel.Error, "{Object} is allowed, for its check failed: {Reason}")]
    public static partial void CheckFailed(ILogger logger, string @object, string reason);
}
