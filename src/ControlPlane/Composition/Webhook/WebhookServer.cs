using System.Net.Security;
using System.Security.Authentication;
using ControlPlane.Injection.Webhook;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Writers.Events;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Security.Signing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Composition.Webhook;

/// <summary>Puts the webhooks on a server: injection and validation.</summary>
internal static class WebhookServer
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds what it needs.</summary>
    public static void AddWebhook(this IServiceCollection services, Options.ServerOptions options)
    {
        services.AddSingleton<InjectionMetrics>();
        services.AddSingleton<ValidationMetrics>();
        services.AddSingleton(provider => new MeshValidation(provider.GetRequiredService<MeshEngine>(), options.Source));
        services.AddSingleton(provider => new MeshInjection(
            provider.GetRequiredService<MeshEngine>(), options.Webhook, options.Source.Revision, provider.GetRequiredService<ILogger<MeshInjection>>()));
        services.AddSingleton<IServerCertificate>(provider => options.Webhook.CertificateFile.Length > 0
            ? new FileCertificate(options.Webhook.CertificateFile, options.Webhook.KeyFile, provider.GetRequiredService<TimeProvider>())
            : new AuthorityCertificate(provider.GetRequiredService<ServerCertificate>()));
    }

    /// <summary>Has an address speak TLS with a certificate that may change.</summary>
    public static void UseTls(this ListenOptions listen, IServerCertificate certificate) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        }),
    });

    /// <summary>Maps its endpoints.</summary>
    public static void MapWebhook(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var injection = services.GetRequiredService<MeshInjection>();
        var handler = new AdmissionHandler(() => injection.Current, injection.NamespaceAnnotations);
        endpoints.MapInjection(
            handler, services.GetRequiredService<InjectionMetrics>(), services.GetRequiredService<ILogger<AdmissionHandler>>(),
            services.GetService<KubernetesCluster>() is { } cluster ? notice => cluster.Events.Post(EventOf(notice)) : null)
            .On(ListenerRole.Webhook);
        endpoints.MapValidation(
            new ValidationHandler(services.GetRequiredService<MeshValidation>().Check), services.GetRequiredService<ValidationMetrics>(),
            services.GetRequiredService<ILogger<ValidationHandler>>()).On(ListenerRole.Webhook);
    }

    private static EventRecord EventOf(InjectionNotice notice) => new(
        new EventRegarding(notice.ApiVersion, notice.Kind, notice.Namespace, notice.Name, notice.Uid), notice.IsWarning ? EventType.Warning : EventType.Normal,
        notice.Reason, notice.Message);
}
