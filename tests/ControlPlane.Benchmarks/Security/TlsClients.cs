using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Benchmarks.Load;
using ControlPlane.Grpc.Client;
using ControlPlane.Security.Callers;
using ControlPlane.Security.CertificateService;
using Grpc.Core;
using Istio.V1.Auth;

namespace ControlPlane.Benchmarks.Security;

/// <summary>Clients of a control plane's TLS address, with tokens that its data directory can sign.</summary>
internal sealed class TlsClients(IPEndPoint address, IssuedTokens tokens) : IDisposable
{
    private const string ServerName = "istiod.istio-system.svc", Audience = "istio-ca";

    /// <summary>A token of a service account.</summary>
    public string Token(string space, string account) => tokens.Issue(space, account, Audience, TimeSpan.FromHours(1), DateTimeOffset.UtcNow);

    /// <summary>Handshakes that check nothing, as it is the server that is measured.</summary>
    public static SslClientAuthenticationOptions Options(X509Certificate2? certificate = null) => new()
    {
        TargetHost = ServerName,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        ClientCertificates = certificate is null ? [] : [certificate],
        AllowTlsResume = false,
    };

    /// <summary>A channel of one connection.</summary>
    public GrpcChannel Channel() => GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { SslOptions = Options() } });

    /// <summary>Asks for a certificate.</summary>
    public static async Task<IstioCertificateResponse> CertifyAsync(GrpcChannel channel, string csr, string token) =>
        await channel.CreateCallInvoker().AsyncUnaryCall(
            CertificateServiceMethods.CreateCertificate, null, new CallOptions(new Metadata { { "authorization", "Bearer " + token } }), new IstioCertificateRequest { Csr = csr, ValidityDuration = 86_400 });

    /// <summary>A certificate with its key.</summary>
    public async Task<X509Certificate2> EnrolAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var channel = Channel();
        var answer = await CertifyAsync(channel, new CertificateRequest("O=istio", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(), Token("ns-0", "client"));
        using var leaf = X509Certificate2.CreateFromPem(answer.CertChain[0]);
        using var pair = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Opens connections, so many at a time, and holds them; gives the milliseconds of each handshake, ascending, and how many failed.</summary>
    public async Task<(List<Http2Connection> Open, double[] Milliseconds, int Failed)> StormAsync(int count, int atOnce, X509Certificate2? certificate)
    {
        var (open, times, failed) = (new List<Http2Connection>(), new List<double>(), 0);
        var security = new ClientSecurity(Options(certificate), "");
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, _) =>
        {
            var watch = Stopwatch.StartNew();
            var connection = new Http2Connection();
            try
            {
                await connection.ConnectAsync(address, "/none", security);
                lock (times)
                {
                    times.Add(watch.Elapsed.TotalMilliseconds);
                    open.Add(connection);
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                Interlocked.Increment(ref failed);
                connection.Dispose();
            }
        });
        return (open, [.. times.Order()], failed);
    }

    public void Dispose() => tokens.Dispose();
}
