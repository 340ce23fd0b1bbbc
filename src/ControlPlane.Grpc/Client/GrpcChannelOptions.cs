using Grpc.Core;

namespace ControlPlane.Grpc.Client;

/// <summary>How a channel connects, and the limits of its calls.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>The default of <see cref="MaxReceiveMessageSize"/>, 4 MiB.</summary>
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>
    /// Makes the HTTP/2 requests, for instance with the TLS options of the caller; null for a <see cref="SocketsHttpHandler"/> with the
    /// machine's trust and <see cref="KeepAlivePingDelay"/>. The channel disposes of its own handler only.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>The largest message a server may send, bytes, after decompression; more ends the call with RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = DefaultMaxReceiveMessageSize;

    /// <summary>The largest message to send, bytes; null for no limit.</summary>
    public int? MaxSendMessageSize { get; init; }

    /// <summary>Credentials of every call, or null. They are used before those of the call itself.</summary>
    public CallCredentials? Credentials { get; init; }

    /// <summary>Whether credentials may travel over a connection without TLS. Without it such calls fail with UNAUTHENTICATED.</summary>
    public bool AllowInsecureCredentials { get; init; }

    /// <summary>How long a connection with open calls may be silent before it is pinged; null for no pings. Applies to the own handler only.</summary>
    public TimeSpan? KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
