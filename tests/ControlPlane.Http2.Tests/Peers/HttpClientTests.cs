using System.Net;
using System.Security.Cryptography;
using ControlPlane.Http2.Tests.Support;

namespace ControlPlane.Http2.Tests.Peers;

/// <summary>.NET's client against the server.</summary>
public sealed class HttpClientTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_ManyAtOnceWithBodiesBothWays_BytesTheSame(bool tls)
    {
        await using var server = await Http2TestServer.StartAsync(SampleServer.HandleAsync, tls: tls);
        using var client = Client(server);
        var random = new Random(7);
        var sizes = Enumerable.Range(0, 150).Select(i => i % 10 == 0 ? random.Next(2_000_000) : random.Next(20_000)).ToArray();
        await Parallel.ForEachAsync(sizes, new ParallelOptions { MaxDegreeOfParallelism = 60 }, async (size, stop) =>
        {
            var body = new byte[size];
            Random.Shared.NextBytes(body);
            using var answer = await client.PostAsync(new Uri(server.Uri, "/store"), new ByteArrayContent(body), stop);
            Assert.Equal(HttpVersion.Version20, answer.Version);
            Assert.Equal(SHA256.HashData(body), SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(stop)));
        });
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task Requests_TenThousand_NoneFails()
    {
        await using var server = await Http2TestServer.StartAsync(SampleServer.HandleAsync);
        using var client = Client(server);
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 90 }, async (_, stop) =>
            Assert.Equal(SampleServer.Greeting, await client.GetStringAsync(new Uri(server.Uri, "/hello"), stop)));
        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task Calls_InBothDirections_MessageByMessage()
    {
        await using var server = await Http2TestServer.StartAsync(SampleServer.HandleAsync, tls: true);
        using var client = Client(server);
        var pipe = new System.IO.Pipelines.Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Uri, "/echo"))
        {
            Content = new DuplexContent(pipe.Reader), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var sending = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await pipe.Writer.WriteAsync(new byte[] { 0 }, limit.Token);
        using var answer = await sending;
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        var buffer = new byte[1];
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(1, await body.ReadAsync(buffer, limit.Token));
            Assert.Equal(i, buffer[0]);
            await pipe.Writer.WriteAsync(new[] { (byte)(i + 1) }, limit.Token);
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal(1, await body.ReadAsync(buffer, limit.Token));
        Assert.Equal(0, await body.ReadAsync(buffer, limit.Token));
    }

    [Fact]
    public async Task Requests_CancelledAtRandom_OthersComeThrough()
    {
        await using var server = await Http2TestServer.StartAsync(SampleServer.HandleAsync);
        using var client = Client(server);
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 30 }, async (i, stop) =>
        {
            if (i % 3 == 0)
            {
                using var cancelled = new CancellationTokenSource();
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Uri, "/wait")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled.Token);
                var reading = answer.Content.ReadAsByteArrayAsync(cancelled.Token);
                await cancelled.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            }
            else
            {
                var body = new byte[i * 100];
                Random.Shared.NextBytes(body);
                using var answer = await client.PostAsync(new Uri(server.Uri, "/store"), new ByteArrayContent(body), stop);
                Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(stop));
            }
        });
    }

    private static HttpClient Client(Http2TestServer server)
    {
        var handler = new SocketsHttpHandler();
        if (server.Tls)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        return new HttpClient(handler)
        {
            DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact, Timeout = TimeSpan.FromMinutes(3),
        };
    }

    /// <summary>A body that is sent while the answer is read: .NET's own kinds are sent whole first.</summary>
    private sealed class DuplexContent(System.IO.Pipelines.PipeReader source) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            while (await source.ReadAsync() is var read)
            {
                foreach (var piece in read.Buffer)
                    await stream.WriteAsync(piece);
                await stream.FlushAsync();
                source.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
