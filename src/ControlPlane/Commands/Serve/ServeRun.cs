using System.Diagnostics;
using System.Runtime.InteropServices;
using ControlPlane.Composition;
using ControlPlane.Options;

namespace ControlPlane.Commands.Serve;

/// <summary>One run of the command.</summary>
internal sealed class ServeRun(ServerOptions options, TextWriter output, TextWriter error)
{
    private readonly TaskCompletionSource<string> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts a server, tells what it serves, and stops it when a signal comes.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using var cancelled = cancellationToken.Register(() => _stop.TrySetResult("cancellation"));
        try
        {
            await using var server = ControlPlaneServer.Create(options);
            await server.StartAsync(CancellationToken.None);
            await ServeAsync(server, started);
            return ExitCodes.Success;
        }
        catch (StartupException fault)
        {
            await error.WriteLineAsync($"controlplane: {fault.Message}");
            return ExitCodes.Failure;
        }
    }

    private async Task ServeAsync(ControlPlaneServer server, long started)
    {
        ServeSummary.WriteAddresses(output, server.Addresses);
        var ready = server.WaitReadyAsync(CancellationToken.None);
        if (await Task.WhenAny(ready, _stop.Task) == ready)
        {
            ServerLog.Ready(server.Logger, server.Engine.Snapshot.Number, Stopwatch.GetElapsedTime(started));
            ServeSummary.WriteContent(output, server, options);
        }

        await server.StopAsync(await _stop.Task);
    }

    private void OnSignal(PosixSignalContext context) =>
        // The first signal ends in order; to the second the system answers as usual.
        context.Cancel = _stop.TrySetResult(context.Signal.ToString());
}
