using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>
/// Workloads that connect to each other without pause, always with what they hold at that moment: mutual TLS, each side checking the other's chain
/// and identity, no resumption, and a byte each way, after which both know that the other has accepted them.
/// </summary>
internal sealed class HandshakeLoad : IAsyncDisposable
{
    private const int Connectors = 4;
    private const string IdentityExtension = "2.5.29.17";

    private readonly IReadOnlyList<Workload> _workloads;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _connecting;
    private int _succeeded;

    public HandshakeLoad(IReadOnlyList<Workload> workloads)
    {
        _workloads = workloads;
        _connecting = Task.WhenAll(Enumerable.Range(0, Connectors).Select(i => Task.Run(() => ConnectAsync(new Random(i)))));
    }

    /// <summary>How many handshakes were completed by both sides.</summary>
    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Those that were not, and why.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits for so many more.</summary>
    public async Task WaitForMoreAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        for (var goal = Succeeded + count; Succeeded < goal;)
            await Task.WhenAny(_connecting, Task.Delay(20, limit.Token)).Unwrap();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _connecting;
        _stop.Dispose();
    }

    private async Task ConnectAsync(Random random)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        while (!_stop.IsCancellationRequested)
        {
            var (client, server) = (_workloads[random.Next(_workloads.Count)], _workloads[random.Next(_workloads.Count)]);
            try
            {
                await ShakeHandsAsync(listener, client, server);
                Interlocked.Increment(ref _succeeded);
            }
            catch (Exception fault) when (fault is AuthenticationException or IOException or SocketException or OperationCanceledException)
            {
                _failures.Enqueue($"{client.Identity} to {server.Identity}: {fault.Message} {fault.InnerException?.Message}");
            }
        }
    }

    private static async Task ShakeHandsAsync(TcpListener listener, Workload client, Workload server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var accepting = listener.AcceptSocketAsync(limit.Token).AsTask();
        using var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndpoint, limit.Token);
        using var far = await accepting;
        far.NoDelay = true;
        await Task.WhenAll(CallAsync(near, client.Now, server.Identity, limit.Token), AnswerAsync(far, server.Now, client.Identity, limit.Token));
    }

    private static async Task CallAsync(Socket socket, Credentials own, string peer, CancellationToken stop)
    {
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Workloads are known by identity, not by name.
                TargetHost = "", ClientCertificateContext = own.Shown, CertificateChainPolicy = own.Policy, AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && Names(certificate, peer),
            },
            stop);
        await tls.WriteAsync(new byte[1], stop);
        await tls.ReadExactlyAsync(new byte[1], stop);
    }

    private static async Task AnswerAsync(Socket socket, Credentials own, string peer, CancellationToken stop)
    {
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = own.Shown, ClientCertificateRequired = true, CertificateChainPolicy = own.Policy, AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None && Names(certificate, peer),
            },
            stop);
        await tls.ReadExactlyAsync(new byte[1], stop);
        await tls.WriteAsync(new byte[1], stop);
    }

    private static bool Names(X509Certificate? certificate, string identity) => certificate is X509Certificate2 known
        && known.Extensions[IdentityExtension] is { } names && names.RawData.AsSpan().EndsWith(System.Text.Encoding.ASCII.GetBytes(identity));
}
