using ControlPlane.Http2.Connections;
using ControlPlane.Http2.Hosting;
using ControlPlane.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Http2;

/// <summary>Puts this server's HTTP/2 in the place of Kestrel's, address by address.</summary>
public static class Http2HostExtensions
{
    /// <summary>Prepares the host for <see cref="UseHttp2"/>. To be called after Kestrel was added.</summary>
    /// <param name="host">The host.</param>
    /// <returns><paramref name="host"/>.</returns>
    /// <exception cref="InvalidOperationException">The host has no server yet.</exception>
    public static IWebHostBuilder UseHttp2Connections(this IWebHostBuilder host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.ConfigureServices(static services =>
        {
            var server = services.LastOrDefault(static service => service.ServiceType == typeof(IServer))
                ?? throw new InvalidOperationException("Add Kestrel before its HTTP/2 is replaced.");
            services.AddSingleton<Http2Application>();
            services.AddSingleton(static provider => new SocketTransport(
                provider.GetRequiredService<IOptions<SocketTransportOptions>>(), provider.GetService<IMemoryPoolFactory<byte>>(), provider.GetRequiredService<ILoggerFactory>()));

            // Kestrel asks the last one first.
            services.AddSingleton<IConnectionListenerFactory>(static provider => provider.GetRequiredService<SocketTransport>());
            services.AddSingleton<IServer>(provider => new ApplicationCapture(Create(server, provider), provider.GetRequiredService<Http2Application>()));
        });
    }

    /// <summary>
    /// Makes an address speak HTTP/2 and nothing else, from its first byte on. To be called after <c>UseHttps</c> where TLS is used; the peer must
    /// have chosen <c>h2</c> there.
    /// </summary>
    /// <param name="listen">The address.</param>
    /// <param name="options">The limits and times of its connections.</param>
    /// <returns><paramref name="listen"/>.</returns>
    /// <exception cref="InvalidOperationException"><see cref="UseHttp2Connections"/> was not called.</exception>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its bounds.</exception>
    public static ListenOptions UseHttp2(this ListenOptions listen, Http2Options options)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var application = listen.ApplicationServices.GetService<Http2Application>()
            ?? throw new InvalidOperationException($"{nameof(UseHttp2Connections)} was not called.");
        var logger = listen.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Http2.Connections");
        listen.ApplicationServices.GetRequiredService<SocketTransport>().Announce(listen.EndPoint);
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(_ => connection => new Http2Connection(connection, application, options, logger).RunAsync());
        return listen;
    }

    private static IServer Create(ServiceDescriptor server, IServiceProvider provider) => (IServer)(
        server.ImplementationInstance
        ?? server.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, server.ImplementationType!));
}
