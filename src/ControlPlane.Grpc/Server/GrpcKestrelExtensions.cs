using ControlPlane.Grpc.Wire;
using ControlPlane.Http2;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>Prepares Kestrel for long gRPC streams.</summary>
public static class GrpcKestrelExtensions
{
    // Bytes that a connection may hold before a writer waits for the peer. The kernel's own buffer keeps a fast peer busy, and when a
    // thousand peers connect at once each of them holds this much.
    private const int WriteBufferSize = 16 * 1024;

    /// <summary>
    /// Prepares the host's server: HTTP/2 of our own where <see cref="UseGrpcH2c"/> or <see cref="UseGrpcTls"/> says so, and bounds to what
    /// connections buffer towards their peers and to the memory that is kept for them. To be called after Kestrel was added.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <returns><paramref name="host"/>.</returns>
    public static IWebHostBuilder UseGrpcTransport(this IWebHostBuilder host) =>
        host.UseSockets(Configure)
            .UseHttp2Connections()
            .ConfigureServices(static services => services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>());

    private static void Configure(SocketTransportOptions options)
    {
        options.MaxWriteBufferSize = WriteBufferSize;

        // Nothing here blocks a thread, so a hop to another one for each read and each write would be paid for nothing.
        options.UnsafePreferInlineScheduling = true;

        // A block of memory per idle connection is cheaper than to ask the kernel twice for each message.
        options.WaitForDataBeforeAllocatingBuffer = false;

        // A mesh whose control plane comes back connects all at once. What the queue can't take is dropped by the kernel and tried
        // again seconds later; the kernel lowers this to its own limit (net.core.somaxconn).
        options.Backlog = 16 * 1024;
    }

    /// <summary>Makes an address speak HTTP/2 without TLS, from its first byte on (prior knowledge).</summary>
    /// <param name="listen">The address.</param>
    /// <param name="options">The limits and times of its connections.</param>
    /// <returns><paramref name="listen"/>.</returns>
    public static ListenOptions UseGrpcH2c(this ListenOptions listen, GrpcServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(listen);
        return UseGrpcConnections(listen, options);
    }

    /// <summary>Makes an address speak HTTP/2 over TLS.</summary>
    /// <param name="listen">The address.</param>
    /// <param name="options">The limits and times of its connections.</param>
    /// <param name="tls">Certificate and client certificate rules, decided per handshake.</param>
    /// <returns><paramref name="listen"/>.</returns>
    public static ListenOptions UseGrpcTls(this ListenOptions listen, GrpcServerOptions options, TlsHandshakeCallbackOptions tls)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.Protocols = HttpProtocols.Http2;
        listen.UseHttps(tls);
        return UseGrpcConnections(listen, options);
    }

    // Adds connection age, drain and the watch over stalled sockets, and HTTP/2.
    private static ListenOptions UseGrpcConnections(ListenOptions listen, GrpcServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var logger = listen.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Grpc.Server.Connections");

        // Lives as long as the address; its timer runs only while a flush waits.
        var watchdog = new FlushWatchdog(options.FlushTimeout, options.TimeProvider);
        listen.Use(next => new GrpcConnectionMiddleware(next, options, watchdog, logger).OnConnectionAsync);
        return listen.UseHttp2(new Http2Options
        {
            MaxStreams = options.MaxStreamsPerConnection,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        });
    }
}
