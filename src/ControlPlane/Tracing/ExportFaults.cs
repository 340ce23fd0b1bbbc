using System.Diagnostics.Tracing;
using System.Globalization;
using ControlPlane.Composition;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Tracing;

/// <summary>Tells in the log why traces do not arrive, at most once a minute. OpenTelemetry itself tells it to listeners of events alone.</summary>
internal sealed class ExportFaults(TimeProvider time, ILogger<TraceExport> logger) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const int MaxLength = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _last;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
                return;
            _last = time.GetTimestamp();
        }

        var text = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? "", [.. eventData.Payload ?? []]);
        var line = text.AsSpan()[..Math.Min(text.Length, MaxLength)];
        ServerLog.TracesNotSent(logger, (line.IndexOf('\n') is >= 0 and var end ? line[..end] : line).Trim().ToString());
    }
}
