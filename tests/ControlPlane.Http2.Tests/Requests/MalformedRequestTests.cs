using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Requests;

/// <summary>Malformed requests (RFC 9113, 8.1.1, 8.2, 8.3): an error of the stream, and the connection goes on.</summary>
public sealed class MalformedRequestTests(SampleServer server) : IClassFixture<SampleServer>
{
    public static TheoryData<string, HeaderField[]> Malformed => new()
    {
        { "no :method", [(":scheme", "http"), (":path", "/hello"), (":authority", "localhost")] },
        { "no :scheme", [(":method", "GET"), (":path", "/hello"), (":authority", "localhost")] },
        { "no :path", [(":method", "GET"), (":scheme", "http"), (":authority", "localhost")] },
        { "nothing", [] },
        { "empty :path", HeaderBlock.Get("") },
        { "empty :method", HeaderBlock.Request("", "/hello") },
        { ":method that is no token", HeaderBlock.Request("GE T", "/hello") },
        { ":path that is no path", HeaderBlock.Get("hello") },
        { "* without OPTIONS", HeaderBlock.Get("*") },
        { ":method twice", [(":method", "GET"), .. HeaderBlock.Get()] },
        { ":scheme twice", [(":scheme", "http"), .. HeaderBlock.Get()] },
        { ":path twice", [(":path", "/hello"), .. HeaderBlock.Get()] },
        { ":authority twice", [(":authority", "localhost"), .. HeaderBlock.Get()] },
        { "unknown pseudo-header", [(":unknown", "x"), .. HeaderBlock.Get()] },
        { "pseudo-header of a response", [(":status", "200"), .. HeaderBlock.Get()] },
        { "pseudo-header after a field", [("a", "b"), .. HeaderBlock.Get()] },
        { "name in capitals", HeaderBlock.Get("/hello", ("X-Test", "y")) },
        { "pseudo-header in capitals", [(":Method", "GET"), .. HeaderBlock.Get()] },
        { "empty name", HeaderBlock.Get("/hello", ("", "y")) },
        { "name with a space", HeaderBlock.Get("/hello", ("a b", "y")) },
        { "name with a colon", HeaderBlock.Get("/hello", ("a:b", "y")) },
        { "name with NUL", HeaderBlock.Get("/hello", ("a\0", "y")) },
        { "name beyond ASCII", HeaderBlock.Get("/hello", ("\u00e4", "y")) },
        { "value with NUL", HeaderBlock.Get("/hello", ("a", "x\0y")) },
        { "value with a line feed", HeaderBlock.Get("/hello", ("a", "x\ny")) },
        { "value with a carriage return", HeaderBlock.Get("/hello", ("a", "x\r\ny: z")) },
        { "connection", HeaderBlock.Get("/hello", ("connection", "keep-alive")) },
        { "keep-alive", HeaderBlock.Get("/hello", ("keep-alive", "timeout=5")) },
        { "proxy-connection", HeaderBlock.Get("/hello", ("proxy-connection", "keep-alive")) },
        { "transfer-encoding", HeaderBlock.Get("/hello", ("transfer-encoding", "chunked")) },
        { "upgrade", HeaderBlock.Get("/hello", ("upgrade", "h2c")) },
        { "te that is not trailers", HeaderBlock.Get("/hello", ("te", "trailers, deflate")) },
        { "CONNECT with :path", [(":method", "CONNECT"), (":scheme", "http"), (":path", "/"), (":authority", "localhost")] },
        { "CONNECT without :authority", [(":method", "CONNECT")] },
        { "content-length that is no number", HeaderBlock.Get("/hello", ("content-length", "x")) },
        { "content-length below zero", HeaderBlock.Get("/hello", ("content-length", "-1")) },
        { "content-length without a body", HeaderBlock.Get("/hello", ("content-length", "5")) },
        { "content-length twice, different", HeaderBlock.Get("/hello", ("content-length", "0"), ("content-length", "1")) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Request_Malformed_StreamError(string what, HeaderField[] fields)
    {
        Assert.NotNull(what);
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, fields);
        await client.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        Assert.Null(client.Stream(1).Headers);
        await client.ExpectGreetingAsync(3);
    }

    [Theory]
    [InlineData("5", 4)]
    [InlineData("5", 0)]
    [InlineData("5", 6)]
    [InlineData("0", 1)]
    public async Task ContentLength_ContradictedByTheBody_StreamError(string contentLength, int sent)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain", ("content-length", contentLength)), end: false);
        await client.SendAsync(Frame.Data(1, new byte[sent], end: true));
        await client.ReadUntilAsync(() => client.Stream(1).Over);
        Assert.Equal(Http2ErrorCode.ProtocolError, client.Stream(1).Reset);
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task ContentLength_ContradictedByTheBodyInTwoFrames_StreamError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain", ("content-length", "3")), end: false);
        await client.SendAsync(Frame.Data(1, new byte[2]), Frame.Data(1, new byte[2], end: true));
        await client.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task ContentLength_ContradictedByTrailers_StreamError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain", ("content-length", "3")), end: false);
        await client.SendAsync(Frame.Data(1, new byte[2]), Frame.Headers(1, [("x", "y")], end: true));
        await client.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    public static TheoryData<string, HeaderField[]> MalformedTrailers => new()
    {
        { "pseudo-header", [(":method", "GET")] },
        { "pseudo-header of a response", [("a", "b"), (":status", "200")] },
        { "name in capitals", [("Grpc-Status", "0")] },
        { "connection", [("connection", "close")] },
        { "value with a line feed", [("a", "x\ny")] },
    };

    [Theory]
    [MemberData(nameof(MalformedTrailers))]
    public async Task Trailers_Malformed_StreamError(string what, HeaderField[] trailers)
    {
        Assert.NotNull(what);
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        await client.SendAsync(Frame.Data(1, "x"u8), Frame.Headers(1, trailers, end: true));
        await client.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        await client.ExpectGreetingAsync(3);
    }

    [Theory]
    [InlineData("te", "trailers")]
    [InlineData("x-empty", "")]
    [InlineData("content-length", "0")]
    [InlineData("a!#$%&'*+-.^_`|~9", "all of a token")]
    [InlineData("x-utf8", "\u00c3\u00a4")]
    public async Task Request_WithUnusualButRightField_Served(string name, string value)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/hello", (name, value)));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    [Theory]
    [InlineData("/%00")]
    [InlineData("/%zz")]
    [InlineData("/a%")]
    [InlineData("/%C3")]
    [InlineData("/%FF%FE?%00")]
    [InlineData("/\u00e4")]
    [InlineData("//..//../%2e%2e/")]
    [InlineData("/a b")]
    [InlineData("/#fragment")]
    public async Task Path_OfAnyKind_AnsweredOrRefusedAndTheConnectionGoesOn(string path)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get(path));
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer.Status is 404 or 400 || answer.Reset == Http2ErrorCode.ProtocolError, client.Transcript);
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task HeaderList_TooLarge_RefusedAndTheConnectionGoesOn()
    {
        await using var client = await server.ConnectAsync();
        await client.PingAsync();
        var limit = (int)client.ServerSettings![Setting.MaxHeaderListSize];
        var fields = HeaderBlock.Get("/hello", [.. Enumerable.Range(0, limit / 1000 + 2).Select(static i => new HeaderField($"x-{i}", new string('v', 1000)))]);
        await client.SendAsync(InFrames(1, HeaderBlock.Encode(fields)));
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer.Status == 431 || answer.Reset is Http2ErrorCode.ProtocolError or Http2ErrorCode.EnhanceYourCalm or Http2ErrorCode.RefusedStream, client.Transcript);
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task HeaderList_OfNearlyTheLimit_Served()
    {
        await using var client = await server.ConnectAsync();
        await client.PingAsync();
        var limit = (int)client.ServerSettings![Setting.MaxHeaderListSize];
        var fields = HeaderBlock.Get("/hello", ("x-large", new string('v', limit - 1000)));
        await client.SendAsync(InFrames(1, HeaderBlock.Encode(fields)));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    private static byte[] InFrames(int stream, byte[] block)
    {
        var pieces = block.Chunk(Frame.DefaultMaxSize).ToArray();
        List<byte> bytes = [.. Frame.Build(FrameType.Headers, FrameFlags.EndStream | (pieces.Length == 1 ? FrameFlags.EndHeaders : 0), stream, pieces[0])];
        for (var i = 1; i < pieces.Length; i++)
            bytes.AddRange(Frame.Continuation(stream, pieces[i], endHeaders: i == pieces.Length - 1));
        return [.. bytes];
    }
}
