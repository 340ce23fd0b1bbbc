using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grpc.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Grpc;

/// <summary>The measured server, in a process of its own: answers what <see cref="PushMessage"/> asks for. Ends with its input.</summary>
internal static class PushServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        var tls = args.Contains("tls");
        var options = new GrpcServerOptions { FlushTimeout = TimeSpan.FromMinutes(10) };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseGrpcTransport().UseKestrelHttpsConfiguration();
        using var certificate = CreateCertificate();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => _ = tls ? listen.UseGrpcTls(options, Tls(certificate)) : listen.UseGrpcH2c(options));
        });
        var app = builder.Build();
        app.MapGrpcService(binder => binder.AddMethod(PushMessage.Method, PushAsync), options);
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        while (await Console.In.ReadLineAsync() is not null)
        {
            // "gc": so that the memory figure has no garbage in it.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true));
        }

        await app.StopAsync(new CancellationToken(canceled: true));
        return 0;
    }

    private static async Task PushAsync(
        IAsyncStreamReader<PushMessage> requests, IServerStreamWriter<PushMessage> answers, ServerCallContext context)
    {
        try
        {
            while (await requests.MoveNext(context.CancellationToken))
            {
                var request = requests.Current;
                for (var i = 0; i < request.Count; i++)
                {
                    await answers.WriteAsync(request);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client is done.
        }
    }

    private static TlsHandshakeCallbackOptions Tls(X509Certificate2 certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
    };

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
    }
}
