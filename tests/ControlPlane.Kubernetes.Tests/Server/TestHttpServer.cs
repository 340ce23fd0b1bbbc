using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ControlPlane.Kubernetes.Tests.Server;

/// <summary>An HTTP/1.1 server on a free loopback port whose every byte a test decides.</summary>
internal sealed class TestHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<TestExchange, Task> _handler;
    private readonly Func<SslServerAuthenticationOptions>? _tls;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];

    public TestHttpServer(Func<TestExchange, Task> handler, Func<SslServerAuthenticationOptions>? tls = null)
    {
        (_handler, _tls) = (handler, tls);
        _listener.Start();
        Address = new Uri($"{(tls is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = Task.Run(AcceptAsync);
    }

    public Uri Address { get; }

    /// <summary>Number of connections that were made.</summary>
    public int Connections { get; private set; }

    /// <summary>Certificate that the last client showed; null for none.</summary>
    public string? ClientName { get; private set; }

    /// <summary>Cuts all connections at once, as a crash does.</summary>
    public void Disconnect()
    {
        lock (_lock)
        {
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Disconnect();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                lock (_lock)
                {
                    _open.Add(socket);
                    Connections++;
                }

                serving.RemoveAll(s => s.IsCompletedSuccessfully);
                serving.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            Disconnect();
            // A handler that a test has left waiting must not keep the test from ending.
            await Task.WhenAny(Task.WhenAll(serving), Task.Delay(TimeSpan.FromSeconds(5)));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var _ = socket;
            await using Stream stream = await OpenAsync(socket);
            while (await ReadHeadAsync(stream) is { } head)
            {
                var exchange = new TestExchange(head, stream, socket, _stop.Token);
                await exchange.ReadBodyAsync();
                await _handler(exchange);
                if (!exchange.KeepsConnection)
                    return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or InvalidOperationException)
        {
            // The client has gone, or a test has cut it off.
        }
        finally
        {
            lock (_lock)
                _open.Remove(socket);
        }
    }

    private async Task<Stream> OpenAsync(Socket socket)
    {
        var plain = new NetworkStream(socket);
        if (_tls is null)
            return plain;
        var ssl = new SslStream(plain);
        await ssl.AuthenticateAsServerAsync(_tls(), _stop.Token);
        ClientName = ssl.RemoteCertificate is { } certificate ? new X509Certificate2(certificate).GetNameInfo(X509NameType.SimpleName, false) : null;
        return ssl;
    }

    private async Task<string[]?> ReadHeadAsync(Stream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Add(one[0]);
            if (head.Count > 4 && head[^1] == '\n' && head[^3] == '\n')
                return Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        }

        return null;
    }
}
