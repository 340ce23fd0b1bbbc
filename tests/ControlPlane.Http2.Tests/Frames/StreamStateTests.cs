using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>DATA and HEADERS in every state of a stream (RFC 9113, 5.1, 5.1.1, 6.1, 6.2).</summary>
public sealed class StreamStateTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Theory]
    [InlineData(FrameType.Data)]
    [InlineData(FrameType.Headers)]
    public async Task StreamZero_DataOrHeaders_ProtocolError(FrameType type)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(type, FrameFlags.EndHeaders | FrameFlags.EndStream, 0, HeaderBlock.Encode(HeaderBlock.Get())));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public async Task IdleStream_Data_ConnectionError(int stream)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Data(stream, "x"u8, end: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task HalfClosedStream_Data_StreamClosed()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.SendAsync(Frame.Data(1, "x"u8, end: true));
        await client.ExpectErrorAsync(1, Http2ErrorCode.StreamClosed);
    }

    [Fact]
    public async Task HalfClosedStream_Headers_StreamClosed()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.ExpectErrorAsync(1, Http2ErrorCode.StreamClosed);
    }

    [Fact]
    public async Task ClosedStream_Data_StreamClosed()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.SendAsync(Frame.Data(1, "x"u8, end: true));
        await client.ExpectErrorAsync(1, Http2ErrorCode.StreamClosed);
    }

    [Fact]
    public async Task ClosedStream_Headers_Error()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ExpectErrorAsync(1, Http2ErrorCode.StreamClosed, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task ClosedStream_Continuation_Error()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.SendAsync(Frame.Continuation(1, HeaderBlock.Encode(HeaderBlock.Get()), endHeaders: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.StreamClosed, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task StreamResetByTheClient_Data_StreamClosedOrIgnored()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/wait"), end: false);
        await client.SendAsync(Frame.Reset(1), Frame.Data(1, "x"u8), Frame.Ping(7));
        while (await client.ReadFrameAsync() is { } frame && frame.Type != FrameType.Ping)
        {
        }

        Assert.True((client.Stream(1).Reset ?? client.GoAway?.Error ?? Http2ErrorCode.StreamClosed) == Http2ErrorCode.StreamClosed, client.Transcript);
    }

    [Fact]
    public async Task StreamResetByTheServer_FramesUnderway_Ignored()
    {
        // RFC 9113, 5.4.2: after RST_STREAM a peer's frames may still be on their way. They count for the connection's window.
        await using var own = await Http2TestServer.StartAsync(
            context =>
            {
                if (context.Request.Path == "/abort")
                    context.Abort();
                return SampleServer.HandleAsync(context);
            },
            new Http2Options { ConnectionWindow = 65_535, StreamWindow = 65_535 });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/abort"), end: false);
        await client.ReadUntilAsync(() => client.Stream(1).Reset is not null);
        for (var i = 0; i < 3; i++)
            await client.SendAsync(Frame.Data(1, new byte[16_000]));
        await client.SendAsync(Frame.Headers(1, [("x", "y")], end: true));
        await client.ReadUntilAsync(() => client.WindowUpdates.GetValueOrDefault(0) >= 20_000);
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x7FFF_FFFE)]
    public async Task NewStream_EvenIdentifier_ProtocolError(int stream)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(stream, HeaderBlock.Get());
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task NewStream_IdentifierBelowAnEarlierOne_ConnectionError()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(5);
        await client.SendRequestAsync(3, HeaderBlock.Get());
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError, Http2ErrorCode.StreamClosed);
    }

    [Fact]
    public async Task NewStream_LargestIdentifier_Served()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(int.MaxValue);
    }

    [Fact]
    public async Task OpenStream_SecondHeadersWithoutEndStream_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendRequestAsync(1, [("trailer", "x")], end: false);
        await client.ExpectErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task NewStreams_MoreThanAllowed_RefusedStream()
    {
        await using var own = await Http2TestServer.StartAsync(SampleServer.HandleAsync, new Http2Options { MaxStreams = 2 });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.SendRequestAsync(3, HeaderBlock.Get("/wait"));
        await client.SendRequestAsync(5, HeaderBlock.Get());
        await client.ExpectStreamErrorAsync(5, Http2ErrorCode.RefusedStream);
        await client.SendAsync(Frame.Reset(1));
        await client.ReadUntilAsync(() => client.Stream(3).Status == 200);

        // The handler of a stream that was reset may still end: it is told, but not waited for. Refused ones may be tried again.
        for (var stream = 7; client.Stream(stream - 2).Status != 200; stream += 2)
        {
            await client.SendRequestAsync(stream, HeaderBlock.Get());
            Assert.True(await client.ReadStreamAsync(stream) is { Status: 200 } or { Reset: Http2ErrorCode.RefusedStream });
        }
    }

    [Fact]
    public async Task StreamsOneAfterAnother_ManyTimesTheLimit_AllServed()
    {
        await using var client = await server.ConnectAsync();
        for (var stream = 1; stream < 2 * 5 * SampleServer.MaxStreams; stream += 2)
            await client.ExpectGreetingAsync(stream);
    }
}
