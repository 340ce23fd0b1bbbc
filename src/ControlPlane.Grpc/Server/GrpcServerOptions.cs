using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Grpc.Server;

/// <summary>The limits and times of a gRPC server.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>The default of <see cref="MaxReceiveMessageSize"/>: that of every gRPC implementation, 4 MiB.</summary>
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>
    /// The largest message a client may send, bytes, after decompression; more ends the call with RESOURCE_EXHAUSTED.
    /// A proxy that reconnects lists all resources it has (<c>initial_resource_versions</c>), so ADS needs more than the default.
    /// </summary>
    public int MaxReceiveMessageSize { get; init; } = DefaultMaxReceiveMessageSize;

    /// <summary>The largest message a handler may send, bytes; null for no limit.</summary>
    public int? MaxSendMessageSize { get; init; }

    /// <summary>
    /// How long a client may leave what we have sent unread. A call that waits longer is reset; a connection whose socket takes nothing
    /// for so long is aborted.
    /// </summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After this time a connection gets GOAWAY, so that clients spread over the replicas again; null for never.</summary>
    public TimeSpan? MaxConnectionAge { get; init; }

    /// <summary>By which part of itself <see cref="MaxConnectionAge"/> varies up and down, so that connections don't end together; 0 to 1.</summary>
    public double MaxConnectionAgeJitter { get; init; } = 0.1;

    /// <summary>
    /// The time between GOAWAY, for age or because the host stops, and the end of the streams that are still open. An Envoy stays on a
    /// connection as long as its stream is open. Must be shorter than the host's shutdown timeout.
    /// </summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be silent before it is pinged; null for no pings.</summary>
    public TimeSpan? KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take before the connection is closed.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many calls one connection may have at a time; more wait at the client.</summary>
    public int MaxStreamsPerConnection { get; init; } = 2_000;

    /// <summary>The clock of deadlines, ages and stalls.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ValidationException">A value is out of its bounds; the message names it.</exception>
    public void Validate()
    {
        Require(MaxReceiveMessageSize > 0, nameof(MaxReceiveMessageSize), "must be positive");
        Require(MaxSendMessageSize is null or > 0, nameof(MaxSendMessageSize), "must be positive");
        Require(FlushTimeout > TimeSpan.Zero, nameof(FlushTimeout), "must be positive");
        Require(MaxConnectionAge is null || MaxConnectionAge > TimeSpan.Zero, nameof(MaxConnectionAge), "must be positive");
        Require(MaxConnectionAgeJitter is >= 0 and <= 1, nameof(MaxConnectionAgeJitter), "must be between 0 and 1");
        Require(DrainGrace >= TimeSpan.Zero, nameof(DrainGrace), "must not be negative");

        // The server looks once a second.
        Require(KeepAlivePingDelay is null || KeepAlivePingDelay >= TimeSpan.FromSeconds(1), nameof(KeepAlivePingDelay), "must be 1 s or more");
        Require(KeepAlivePingTimeout >= TimeSpan.FromSeconds(1), nameof(KeepAlivePingTimeout), "must be 1 s or more");
        Require(MaxStreamsPerConnection > 0, nameof(MaxStreamsPerConnection), "must be positive");
    }

    private static void Require(bool condition, string name, string rule)
    {
        if (!condition)
        {
            throw new ValidationException($"{nameof(GrpcServerOptions)}.{name} {rule}.");
        }
    }
}
