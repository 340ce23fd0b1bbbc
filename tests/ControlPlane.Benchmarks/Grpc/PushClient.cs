using System.Net;
using System.Net.Security;
using ControlPlane.Benchmarks.Load;
using ControlPlane.Grpc.Client;
using Grpc.Core;

namespace ControlPlane.Benchmarks.Grpc;

/// <summary>One connection with one stream, over a bare socket or, for TLS, over our client.</summary>
internal sealed class PushClient : IDisposable
{
    private readonly Http2Connection? _plain;
    private readonly GrpcChannel? _channel;
    private readonly AsyncDuplexStreamingCall<PushMessage, PushMessage>? _call;
    private readonly SemaphoreSlim _received = new(0);

    private PushClient(Uri server)
    {
        if (server.Scheme == Uri.UriSchemeHttp)
        {
            _plain = new Http2Connection();
            return;
        }

        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = int.MaxValue,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
                InitialHttp2StreamWindowSize = 16 * 1024 * 1024,
            },
        });
        _call = _channel.CreateCallInvoker().AsyncDuplexStreamingCall(PushMessage.Method, null, default);
    }

    public static async Task<PushClient> ConnectAsync(Uri server, bool read = true)
    {
        var client = new PushClient(server);
        if (client._plain is not null)
        {
            await client._plain.ConnectAsync(IPEndPoint.Parse(server.Authority), PushMessage.Method.FullName);
        }

        if (read)
        {
            _ = client.ReadAsync();

            // One after the other: a thousand TLS handshakes at once outlast the server's patience.
            await client.PullAsync(1, PushMessage.RequestSize);
        }

        return client;
    }

    /// <summary>Asks for answers.</summary>
    public Task AskAsync(int count, int size)
    {
        var message = new PushMessage(count, size);
        return _plain is not null ? _plain.SendAsync(message.ToRequest()) : _call!.RequestStream.WriteAsync(message);
    }

    /// <summary>Asks for answers and waits for them.</summary>
    public async Task PullAsync(int count, int size)
    {
        await AskAsync(count, size);
        for (var i = 0; i < count; i++)
        {
            await _received.WaitAsync();
        }
    }

    public void Dispose()
    {
        _plain?.Dispose();
        _call?.Dispose();
        _channel?.Dispose();
        _received.Dispose();
    }

    private async Task ReadAsync()
    {
        if (_plain is not null)
        {
            await _plain.ReceiveAsync(_ => _received.Release());
            return;
        }

        try
        {
            while (await _call!.ResponseStream.MoveNext())
            {
                _received.Release();
            }
        }
        catch (RpcException)
        {
            // The measurement is over.
        }
    }
}
