using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace ControlPlane.Grpc.Tests.Support;

/// <summary>A call made byte by byte, for what a well-behaved client never does.</summary>
public sealed class RawCall : IAsyncDisposable
{
    private readonly RequestStream _request = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private readonly Task<HttpResponseMessage> _response;
    private Stream? _body;

    public RawCall(Uri server, string path, Action<HttpRequestHeaders>? headers = null, string contentType = "application/grpc")
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _request,
        };
        _request.Headers.TryAddWithoutValidation("content-type", contentType);
        message.Headers.TryAddWithoutValidation("te", "trailers");
        headers?.Invoke(message.Headers);
        _response = _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    public Task<HttpResponseMessage> Response => _response;

    public static byte[] Frame(byte[] payload, byte flags = 0)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    public async Task SendAsync(byte[] bytes)
    {
        var stream = await _request.Opened.Task;
        try
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The server has ended the call already; the test looks at how.
        }
    }

    public void HalfClose() => _request.Done.TrySetResult();

    public async Task<byte[]> ReadMessageAsync()
    {
        _body ??= await (await _response).Content.ReadAsStreamAsync();
        var prefix = new byte[5];
        await _body.ReadExactlyAsync(prefix);
        var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await _body.ReadExactlyAsync(payload);
        return payload;
    }

    /// <summary>Reads the rest of the body; gives grpc-status and grpc-message, from trailers or headers.</summary>
    public async Task<(string? Status, string? Message)> ReadStatusAsync()
    {
        var response = await _response;
        _body ??= await response.Content.ReadAsStreamAsync();
        await _body.CopyToAsync(Stream.Null);
        return (Get("grpc-status"), Get("grpc-message"));

        string? Get(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
                ? values.Single()
                : null;
    }

    public ValueTask DisposeAsync()
    {
        // A body that fails resets the call; one that completes would half-close it.
        _request.Done.TrySetException(new IOException("The test gives the call up."));
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class RequestStream : HttpContent
    {
        public TaskCompletionSource<Stream> Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            Opened.TrySetResult(stream);
            await Done.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
