using ControlPlane.Kubernetes.Writers;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>Log messages of the server. Event ids are stable: 1 to 99 life of the process, 100 to 199 sources, 200 to 299 the engine.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Information, "Ready with snapshot {Snapshot} after {Elapsed}")]
    public static partial void Ready(ILogger logger, long snapshot, TimeSpan elapsed);

    [LoggerMessage(2, LogLevel.Information, "Stopping on {Signal}: not ready from now on, GOAWAY after {Delay}, streams end {Grace} later")]
    public static partial void Stopping(ILogger logger, string signal, TimeSpan delay, TimeSpan grace);

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "Log levels changed from {Peer}: {Levels}")]
    public static partial void LevelsChanged(ILogger logger, System.Net.IPAddress? peer, string levels);

    [LoggerMessage(5, LogLevel.Warning, "Traces are not sent: {Reason}")]
    public static partial void TracesNotSent(ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Warning, "{Peer} has not proven who it is: {Reason}")]
    public static partial void NotProven(ILogger logger, string peer, string reason);

    /// <summary>Something that is wrong with what was read. A refused object is the user's to mend, not an error of the server.</summary>
    public static void SourceFault(ILogger logger, Severity severity, string diagnostic) =>
        SourceFault(logger, severity == Severity.Info ? LogLevel.Information : LogLevel.Warning, diagnostic);

    [LoggerMessage(EventId = 100, Message = "{Diagnostic}")]
    private static partial void SourceFault(ILogger logger, LogLevel level, string diagnostic);

    [LoggerMessage(101, LogLevel.Information, "Nothing is wrong any more with what {Source} holds")]
    public static partial void SourceMended(ILogger logger, string source);

    [LoggerMessage(102, LogLevel.Error, "Injection goes by what there was before: {Reason}")]
    public static partial void InjectionFault(ILogger logger, string reason);

    [LoggerMessage(103, LogLevel.Information, "Nothing is wrong any more with {Kind} {Object}")]
    public static partial void ObjectMended(ILogger logger, string kind, ObjectKey @object);

    [LoggerMessage(104, LogLevel.Information, "{Kind}WebhookConfiguration {Name} is written: the API server asks this control plane")]
    public static partial void WebhookWritten(ILogger logger, WebhookKind kind, string name);

    [LoggerMessage(105, LogLevel.Warning, "{Kind}WebhookConfiguration {Name} can't be kept current, which is tried again: {Reason}")]
    public static partial void WebhookFault(ILogger logger, WebhookKind kind, string name, string reason);

    [LoggerMessage(106, LogLevel.Information, "Failures of the validating webhook still let objects pass: {Reason}")]
    public static partial void ValidationOpen(ILogger logger, string reason);

    [LoggerMessage(107, LogLevel.Information, "The validating webhook is proven to be asked: from now on its failures refuse objects")]
    public static partial void ValidationClosed(ILogger logger);

    [LoggerMessage(106, LogLevel.Warning, "The event {Reason} on {Kind} {Object} is not written: {Fault}")]
    public static partial void EventFault(ILogger logger, string reason, string kind, string @object, string fault);

    [LoggerMessage(108, LogLevel.Warning, "The status of {Object} can't be written: {Reason}")]
    public static partial void StatusFault(ILogger logger, string @object, string reason);

    [LoggerMessage(200, LogLevel.Debug, "Snapshot {Snapshot}: {Changes} changes in {Elapsed}, {Notified} streams told")]
    public static partial void Applied(ILogger logger, long snapshot, int changes, TimeSpan elapsed, int notified);

    [LoggerMessage(201, LogLevel.Error, "{Type} {Resource} is not sent, what there was before stays: {Reason}")]
    public static partial void Rejected(ILogger logger, string type, string resource, string reason);

    [LoggerMessage(202, LogLevel.Error, "Computing {What} failed, what there was before stays")]
    public static partial void Fault(ILogger logger, Exception fault, string what);

    [LoggerMessage(203, LogLevel.Debug, "{Type} {Resource} names {Missing}, which does not exist; clients that ask for it get an empty resource")]
    public static partial void DanglingReference(ILogger logger, string type, string resource, string missing);
}
