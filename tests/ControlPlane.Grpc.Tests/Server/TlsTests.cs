using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grpc.Client;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Protos;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Tests.Server;

public sealed class TlsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_OverTls_AuthContextSaysWhatTheClientHasProven(bool withCertificate)
    {
        AuthContext? seen = null;
        using var serverCertificate = CreateCertificate("localhost", names => names.AddDnsName("localhost"));
        using var clientCertificate = CreateCertificate("client", names =>
        {
            names.AddUri(new Uri("spiffe://cluster.local/ns/default/sa/reviews"));
            names.AddIpAddress(IPAddress.Loopback);
        });
        await using var app = await StartAsync(serverCertificate, context => seen = context);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost",
                ClientCertificates = withCertificate ? [clientCertificate] : [],
            },
        };
        using var channel = GrpcChannel.ForAddress(
            "https://localhost:" + new Uri(app.Urls.Single()).Port, new GrpcChannelOptions { HttpHandler = handler });
        await new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty());

        Assert.NotNull(seen);
        Assert.Equal(withCertificate, seen.IsPeerAuthenticated);
        var names = seen.FindPropertiesByName("x509_subject_alternative_name").Select(property => property.Value);
        Assert.Equal(withCertificate ? ["spiffe://cluster.local/ns/default/sa/reviews", "127.0.0.1"] : [], names);
        Assert.Equal(names, seen.PeerIdentity.Select(property => property.Value));
        Assert.Equal(withCertificate ? ["client"] : [], seen.FindPropertiesByName("x509_common_name").Select(property => property.Value));
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate, Action<AuthContext> onCall)
    {
        var options = new GrpcServerOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseGrpcTls(options, new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                }),
            }));
        });
        var app = builder.Build();
        app.MapGrpcService(new Service(onCall));
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 CreateCertificate(string name, Action<SubjectAlternativeNameBuilder> addNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        addNames(names);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
    }

    private sealed class Service(Action<AuthContext> onCall) : TestService.TestServiceBase
    {
        public override Task<Empty> EmptyCall(Empty request, ServerCallContext context)
        {
            onCall(context.AuthContext);
            return Task.FromResult(new Empty());
        }
    }
}
