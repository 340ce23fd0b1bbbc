using System.Net;
using ControlPlane.Composition.Webhook;
using ControlPlane.Grpc.Server;
using ControlPlane.Options;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Signing;
using ControlPlane.Security.TrustBundles;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace ControlPlane.Composition;

/// <summary>Opens the addresses of a server and knows which port each got.</summary>
internal sealed class Listeners(Options.ListenOptions addresses, Options.WebhookOptions webhook, GrpcServerOptions grpc)
{
    private readonly Dictionary<ListenerRole, KestrelListenOptions> _open = [];

    /// <summary>Where the server listens, once started.</summary>
    public BoundAddresses Bound =>
        new(addresses.Plaintext ? Of(ListenerRole.Xds) : null, Of(ListenerRole.Http), Of(ListenerRole.Monitoring), Of(ListenerRole.SecureXds),
            webhook.IsOn ? Of(ListenerRole.Webhook) : null);

    /// <summary>Names the addresses to the server.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        if (addresses.Plaintext)
        {
            kestrel.Listen(addresses.Xds, listen =>
            {
                Open(listen, ListenerRole.Xds);
                listen.UseGrpcH2c(grpc);
            });
        }

        kestrel.Listen(addresses.SecureXds, listen =>
        {
            Open(listen, ListenerRole.SecureXds);
            var services = listen.ApplicationServices;
            listen.UseGrpcTls(grpc, ClientTls.Options(services.GetRequiredService<ServerCertificate>(), services.GetRequiredService<CurrentAuthority>()));
        });
        kestrel.Listen(addresses.Http, listen => Open(listen, ListenerRole.Http, HttpProtocols.Http1));
        kestrel.Listen(addresses.Monitoring, listen => Open(listen, ListenerRole.Monitoring, HttpProtocols.Http1));
        if (webhook.IsOn)
        {
            kestrel.Listen(webhook.Address, listen =>
            {
                Open(listen, ListenerRole.Webhook, HttpProtocols.Http1AndHttp2);
                listen.UseTls(listen.ApplicationServices.GetRequiredService<IServerCertificate>());
            });
        }
    }

    /// <summary>Says which option is to be changed when an address can't be used.</summary>
    public string Explain(Exception fault)
    {
        var reason = fault.GetBaseException().Message;
        var (setting, address) = Settings()
            .FirstOrDefault(known => fault.Message.Contains(known.Address.ToString(), StringComparison.Ordinal));
        return setting is null
            ? $"can't listen: {fault.Message}"
            : $"can't listen on {address}: {reason}; choose another address with {setting.Flag} HOST:PORT (port 0 picks a free one)";
    }

    private (Setting? Setting, IPEndPoint Address)[] Settings() =>
    [
        (Options.Settings.XdsAddress, addresses.Xds), (Options.Settings.HttpAddress, addresses.Http), (Options.Settings.MonitoringAddress, addresses.Monitoring),
        (Options.Settings.SecureXdsAddress, addresses.SecureXds), (Options.Settings.WebhookAddress, webhook.Address),
    ];

    private void Open(KestrelListenOptions listen, ListenerRole role, HttpProtocols? protocols = null)
    {
        if (protocols is { } only)
            listen.Protocols = only;
        listen.UseRole(role);
        _open[role] = listen;
    }

    private IPEndPoint Of(ListenerRole role) => _open[role].IPEndPoint ?? throw new InvalidOperationException("the server has not been started");
}
