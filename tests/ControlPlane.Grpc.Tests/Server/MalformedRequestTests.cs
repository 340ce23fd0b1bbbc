using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>What a client may do wrong, and what it gets for it.</summary>
public sealed class MalformedRequestTests
{
    private const string Ok = "0";
    private const string Unimplemented = "12";
    private const string Internal = "13";
    private const string ResourceExhausted = "8";

    [Fact]
    public async Task Message_LargerThanLimit_ResourceExhausted()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions { MaxReceiveMessageSize = 100 });
        await using var call = Duplex.Call(server);
        await call.SendAsync(RawCall.Frame(new byte[101]));
        Assert.Equal((ResourceExhausted, "Received message larger than max (101 vs. 100)"), await call.ReadStatusAsync());
    }

    [Fact]
    public async Task Message_LargerThanDefaultButBelowLimit_IsTaken()
    {
        var options = new GrpcServerOptions { MaxReceiveMessageSize = 32 * 1024 * 1024 };
        await using var server = await Duplex.ServeEchoAsync(options);
        await using var call = Duplex.Call(server);
        var message = new byte[30 * 1024 * 1024];
        message[^1] = 7;
        var send = call.SendAsync(RawCall.Frame(message));
        Assert.Equal(message, await call.ReadMessageAsync());
        await send;
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task Stream_EndsInsideOfMessage_Internal(int length)
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server);
        await call.SendAsync(RawCall.Frame(new byte[10])[..length]);
        call.HalfClose();
        var (status, message) = await call.ReadStatusAsync();
        Assert.Equal(Internal, status);
        Assert.Contains("ended inside of a message", message);
    }

    [Fact]
    public async Task Message_UnknownFlags_Internal()
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server);
        await call.SendAsync(RawCall.Frame([1], flags: 2));
        Assert.Equal(Internal, (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task CompressedMessage_WithoutEncoding_Internal()
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server);
        await call.SendAsync(RawCall.Frame(Gzip(new byte[10]), flags: 1));
        Assert.Equal(Internal, (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task CompressedMessage_Gzip_IsRead()
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server, ("grpc-encoding", "gzip"));
        byte[] message = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * i))];
        await call.SendAsync(RawCall.Frame(Gzip(message), flags: 1));
        Assert.Equal(message, await call.ReadMessageAsync());

        // The flag is per message: an uncompressed one may follow.
        await call.SendAsync(RawCall.Frame([5]));
        Assert.Equal([5], await call.ReadMessageAsync());
    }

    [Fact]
    public async Task CompressedMessage_LargerThanLimitWhenDecompressed_ResourceExhausted()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions { MaxReceiveMessageSize = 100_000 });
        await using var call = Duplex.Call(server, ("grpc-encoding", "gzip"));
        await call.SendAsync(RawCall.Frame(Gzip(new byte[50_000_000]), flags: 1));
        Assert.Equal(ResourceExhausted, (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task CompressedMessage_NoGzip_Internal()
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server, ("grpc-encoding", "gzip"));
        await call.SendAsync(RawCall.Frame([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], flags: 1));
        Assert.Equal(Internal, (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task Encoding_Unknown_UnimplementedAndSupportedOnesAreNamed()
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server, ("grpc-encoding", "snappy"));
        Assert.Equal(Unimplemented, (await call.ReadStatusAsync()).Status);
        Assert.Equal(["identity,gzip"], (await call.Response).Headers.GetValues("grpc-accept-encoding"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1x")]
    [InlineData("123456789S")]
    [InlineData("-1S")]
    public async Task Timeout_Malformed_Internal(string timeout)
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = Duplex.Call(server, ("grpc-timeout", timeout));
        call.HalfClose();

        // An empty value is as good as none.
        Assert.Equal(timeout.Length == 0 ? Ok : Internal, (await call.ReadStatusAsync()).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    public async Task ContentType_NotGrpc_415(string contentType)
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = new RawCall(server.Address, SegmentMessage.Duplex.FullName, contentType: contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await call.Response).StatusCode);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task ContentType_Grpc_IsServed(string contentType)
    {
        await using var server = await Duplex.ServeEchoAsync();
        await using var call = new RawCall(server.Address, SegmentMessage.Duplex.FullName, contentType: contentType);
        call.HalfClose();
        Assert.Equal(Ok, (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task Method_NotPost_405()
    {
        await using var server = await Duplex.ServeEchoAsync();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.GetAsync(new Uri(server.Address, SegmentMessage.Duplex.FullName));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", Assert.Single(response.Content.Headers.Allow));
    }

    [Fact]
    public async Task Path_UnknownAndNotGrpc_404()
    {
        await using var server = await Duplex.ServeEchoAsync();
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await client.PostAsync(new Uri(server.Address, "/some/path"), content);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static byte[] Gzip(byte[] data)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }

        return target.ToArray();
    }
}
