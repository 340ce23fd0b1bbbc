using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Gateways;

/// <summary>A client outside the mesh; every request has a connection of its own.</summary>
internal sealed class GatewayClient(NetworkNamespace network, string address)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>A request without TLS: status line, headers and body.</summary>
    public async Task<string> GetAsync(int port, string host, string path = "/")
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await ConnectAsync(port, limit.Token);
        return await AskAsync(stream, host, path, limit.Token);
    }

    /// <summary>A request over TLS, and the certificate that the server showed.</summary>
    public async Task<(string Reply, string Thumbprint)> GetSecurelyAsync(int port, string host, X509Certificate2? own = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await ConnectAsync(port, limit.Token);
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificates = own is null ? null : [own],
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            },
            limit.Token);
        var shown = tls.RemoteCertificate!.GetCertHashString();
        return (await AskAsync(tls, host, "/", limit.Token), shown);
    }

    /// <summary>What a server answers to a line.</summary>
    public async Task<string> EchoAsync(int port)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await ConnectAsync(port, limit.Token);
        await stream.WriteAsync("hello\n"u8.ToArray(), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync(limit.Token) ?? "";
    }

    private async Task<NetworkStream> ConnectAsync(int port, CancellationToken stop) =>
        new(await network.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), stop), ownsSocket: true);

    private static async Task<string> AskAsync(Stream stream, string host, string path, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), stop);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(stop);
    }
}
