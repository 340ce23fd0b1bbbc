using ControlPlane.Model.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition;

/// <summary>Runs the source for the life of the server and logs what is wrong with what it reads, each fault once.</summary>
internal sealed class SourceRunner(IModelSource source, IModelSink sink, ILogger<SourceRunner> logger) : BackgroundService
{
    private IReadOnlyList<SourceDiagnostic> _known = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Reading is work for the processor: it must not keep the other services from starting.
        await Task.Yield();
        Report(source.Diagnostics);
        source.DiagnosticsChanged += Report;
        try
        {
            await source.RunAsync(sink, stoppingToken);
        }
        finally
        {
            source.DiagnosticsChanged -= Report;
        }
    }

    private void Report(IReadOnlyList<SourceDiagnostic> now)
    {
        var before = Interlocked.Exchange(ref _known, now).ToHashSet();
        foreach (var diagnostic in now.Where(diagnostic => !before.Contains(diagnostic)))
            ServerLog.SourceFault(logger, diagnostic.Severity, diagnostic.ToString());
        if (now.Count == 0 && before.Count > 0)
            ServerLog.SourceMended(logger, source.Name);
    }
}
