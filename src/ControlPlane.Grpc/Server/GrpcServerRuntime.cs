using ControlPlane.Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>What all calls of one mapped service share.</summary>
internal sealed class GrpcServerRuntime(GrpcServerOptions options, ILogger logger)
{
    /// <summary>What a timer can hold; a longer timeout never fires.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public GrpcServerOptions Options { get; } = options;

    public ILogger Logger { get; } = logger;

    public FlushWatchdog Watchdog { get; } = new(options.FlushTimeout, options.TimeProvider);

    public WriteTurns Turns { get; } = new(options.TimeProvider);
}
