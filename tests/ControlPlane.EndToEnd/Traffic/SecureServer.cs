using System.Net;
using System.Net.Security;
using ControlPlane.EndToEnd.Gateways;
using ControlPlane.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>A server of HTTPS that knows of no mesh: it answers with its name, the server name of the handshake, the client's address and the request's host.</summary>
internal sealed class SecureServer : IAsyncDisposable
{
    private const string ServerName = "server-name";

    private readonly WebApplication _app;

    private SecureServer(WebApplication app) => _app = app;

    public static async Task<SecureServer> StartAsync(NetworkNamespace pod, string name, int port, GatewayCertificate certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => pod.Run(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = hello =>
            {
                hello.Connection.Items[ServerName] = hello.ClientHelloInfo.ServerName;
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate.Certificate });
            },
        })));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(
            $"{name} {context.Features.Get<IConnectionItemsFeature>()?.Items[ServerName]} {context.Connection.RemoteIpAddress} {context.Request.Host}"));
        await app.StartAsync();
        return new SecureServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
