using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grpc.Client;
using ControlPlane.Grpc.Server;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Callers;
using ControlPlane.Security.CertificateService;
using ControlPlane.Security.Identities;
using ControlPlane.Security.Signing;
using ControlPlane.Security.TrustBundles;
using Grpc.Core;
using Istio.V1.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Tests.Support;

/// <summary>The certificate service over TLS on a free loopback port, for callers with tokens of <see cref="Tokens"/>.</summary>
internal sealed class CertificateServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TrustBundle _roots;

    private CertificateServer(WebApplication app, CurrentAuthority current, RecordingLog log, TestTokens tokens, FixedTrustDomains trustDomains)
    {
        _app = app;
        Current = current;
        _roots = current.Value!.Roots;
        Log = log;
        Tokens = tokens;
        TrustDomains = trustDomains;
    }

    public CurrentAuthority Current { get; }

    public RecordingLog Log { get; }

    public TestTokens Tokens { get; }

    public FixedTrustDomains TrustDomains { get; }

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<CertificateServer> StartAsync(CurrentAuthority? current = null, TimeProvider? time = null, double? certificatesPerSecond = null)
    {
        time ??= TimeProvider.System;
        current ??= Authorities.NewRoot();
        var (log, tokens, trustDomains) = (new RecordingLog(), new TestTokens(), new FixedTrustDomains());
        var options = new GrpcServerOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(time).AddSingleton(current).AddSingleton(CertificatePolicy.Default).AddSingleton<CertificateIssuer>().AddSingleton<ServerCertificate>()
            .AddSingleton(new CertificateNames { DnsNames = ["istiod.istio-system.svc"] }).AddSingleton<ITrustDomains>(trustDomains)
            .AddSingleton<IReadOnlyList<ITokenVerifier>>(provider =>
                [JwtVerifiers.Of(JwtRule.Parse(Rule(tokens)), ["istio-ca"], null, time, provider.GetRequiredService<ILogger<JwtVerifier>>())])
            .AddSingleton<CallerAuthenticator>().AddSingleton(new IssuanceLimiter(2)).AddSingleton<CredentialWatch>().AddSingleton(new CredentialBudget(certificatesPerSecond, time)).AddSingleton<CertificateMetrics>()
            .AddSingleton<CertificateServiceHandler>();
        builder.WebHost.UseKestrelHttpsConfiguration().UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
                listen.UseGrpcTls(options, ClientTls.Options(listen.ApplicationServices.GetRequiredService<ServerCertificate>(), current)));
        });
        var app = builder.Build();
        app.MapGrpcService(app.Services.GetRequiredService<CertificateServiceHandler>().Bind);
        await app.StartAsync();
        return new CertificateServer(app, current, log, tokens, trustDomains);
    }

    public string Token(string space = "shop", string account = "web")
    {
        var claims = TestTokens.Claims(DateTimeOffset.UtcNow);
        claims.Remove("kubernetes.io");
        claims["sub"] = $"system:serviceaccount:{space}:{account}";
        return Tokens.Sign(claims);
    }

    /// <summary>Asks for a certificate as an agent does, checking the server's own.</summary>
    public async Task<IReadOnlyList<string>> CreateAsync(IstioCertificateRequest request, string? token, X509Certificate2? certificate = null)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = _roots.CreatePolicy(),
                ClientCertificates = certificate is null ? [] : [certificate],
            },
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var channel = GrpcChannel.ForAddress("https://istiod.istio-system.svc", new GrpcChannelOptions { HttpHandler = handler });
        var headers = new Metadata();
        if (token is not null)
            headers.Add("authorization", "Bearer " + token);
        var response = await channel.CreateCallInvoker().AsyncUnaryCall(CertificateServiceMethods.CreateCertificate, null, new CallOptions(headers), request).ResponseAsync
            .WaitAsync(TimeSpan.FromSeconds(60));
        return [.. response.CertChain];
    }

    public async Task<RpcException> RefusedAsync(IstioCertificateRequest request, string? token, X509Certificate2? certificate = null) =>
        await Assert.ThrowsAsync<RpcException>(() => CreateAsync(request, token, certificate));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static string Rule(TestTokens tokens) =>
        System.Text.Json.JsonSerializer.Serialize(new { issuer = TestTokens.Issuer, jwks = tokens.Jwks });
}
