using Microsoft.Extensions.Hosting;

namespace ControlPlane.Composition;

/// <summary>
/// Gives memory back when the process falls idle. A wave of connecting proxies leaves a heap of buffers behind, and the runtime collects
/// only as new memory is asked for: an idle control plane would keep the size of its busiest moment.
/// </summary>
internal sealed class IdleMemoryTrimmer(TimeProvider time) : BackgroundService
{
    // How often it looks; a process that allocated less than Quiet in between is idle.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const long Quiet = 2L * 1024 * 1024;

    // A collection walks the whole heap: only where much was allocated since the last one is it worth that.
    private const long Worthwhile = 64L * 1024 * 1024;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TrimAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private async Task TrimAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long collected = 0;
        long before = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = GC.GetTotalAllocatedBytes();
            if (now - before < Quiet && now - collected > Worthwhile)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = now;
            }

            before = now;
        }
    }
}
