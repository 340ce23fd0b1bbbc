using System.Net;
using System.Security.Authentication;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Http2.Tests.Support;

/// <summary>A server with an application, on a port of its own. The only place that knows whose HTTP/2 it is.</summary>
public sealed class Http2TestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ErrorLog _log;

    private Http2TestServer(WebApplication application, ErrorLog log, bool tls)
    {
        _application = application;
        _log = log;
        Tls = tls;
        Address = new IPEndPoint(IPAddress.Loopback, new Uri(application.Urls.Single()).Port);
    }

    public IPEndPoint Address { get; }

    public bool Tls { get; }

    public Uri Uri => new($"{(Tls ? "https" : "http")}://127.0.0.1:{Address.Port}/");

    /// <summary>What was logged as an error.</summary>
    public IReadOnlyCollection<string> Errors => _log.Lines;

    public static async Task<Http2TestServer> StartAsync(RequestDelegate app, Http2Options? options = null, bool tls = false, TimeSpan? shutdownTimeout = null)
    {
        options ??= new Http2Options();
        var log = new ErrorLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddProvider(log);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownTimeout ?? TimeSpan.FromSeconds(30));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseHttp2Connections();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (tls)
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseHttps(Secure);
                }

                listen.UseHttp2(options);
            });
        });
        var application = builder.Build();
        application.Run(app);
        await application.StartAsync();
        return new Http2TestServer(application, log, tls);
    }

    public Task<Http2Client> ConnectAsync(Http2ClientOptions? options = null) =>
        Http2Client.ConnectAsync(Address, (options ?? new Http2ClientOptions()) with { Tls = Tls });

    /// <summary>Stops as a host does: no new streams, those that run may end.</summary>
    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private static void Secure(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificate = TestCertificates.Server;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = static (_, _, _) => true;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
    }
}
