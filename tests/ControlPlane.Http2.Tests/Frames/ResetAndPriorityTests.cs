using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>RST_STREAM and PRIORITY (RFC 9113, 6.4, 6.3, 5.3).</summary>
public sealed class ResetAndPriorityTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0)]
    public async Task Reset_WrongLength_FrameSizeError(int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build(FrameType.ResetStream, 0, 1, new byte[length]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task Reset_OnStreamZero_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Reset(0));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Reset_OfAnIdleStream_ProtocolError(int stream)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Reset(stream));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Reset_OfAClosedStream_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.SendAsync(Frame.Reset(1), Frame.Reset(1));
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task Reset_OfAnOpenStream_NothingAnsweredOnIt()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Data(1, new byte[100]), Frame.Reset(1));
        await client.ExpectAliveAsync(newStream: 3);
        Assert.Null(client.Stream(1).Reset);
        Assert.False(client.Stream(1).Ended);
    }

    [Fact]
    public async Task Reset_OfUnknownCode_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.SendAsync(Frame.Reset(1, (Http2ErrorCode)0xFFFF_FFFF));
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task Priority_OnIdleOpenAndClosedStreams_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Priority(1, 0), Frame.Priority(99, 3));
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Priority(1, 7), Frame.Data(1, "x"u8, end: true));
        await client.ReadStreamAsync(1);
        await client.SendAsync(Frame.Priority(1, 3));
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    public async Task Priority_WrongLength_FrameSizeError(int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build(FrameType.Priority, 0, 1, new byte[length]));
        await client.ExpectErrorAsync(1, Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task Priority_OnStreamZero_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Priority(0, 1));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Priority_OfAStreamOnItself_IgnoredOrProtocolError(bool inHeaders)
    {
        // An error in RFC 7540, 5.3.1; RFC 9113, 5.3.2 has no such rule any more.
        await using var client = await server.ConnectAsync();
        await client.SendAsync(inHeaders
            ? Frame.Build(
                FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream | FrameFlags.Priority, 1, [0, 0, 0, 1, 15, .. HeaderBlock.Encode(HeaderBlock.Get())])
            : [.. Frame.Priority(1, 1), .. Frame.Headers(1, HeaderBlock.Get(), end: true)]);
        while (!client.Stream(1).Over && await client.ReadFrameAsync() is not null)
        {
        }

        Assert.True(client.Stream(1).Status == 200 || (client.Stream(1).Reset ?? client.GoAway?.Error) == Http2ErrorCode.ProtocolError, client.Transcript);
    }

    [Fact]
    public async Task Headers_WithPriority_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(
            FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream | FrameFlags.Priority, 5, [0x80, 0, 0, 3, 255, .. HeaderBlock.Encode(HeaderBlock.Get())]));
        Assert.Equal(200, (await client.ReadStreamAsync(5)).Status);
    }

    [Fact]
    public async Task Headers_WithPriorityButTooShort_FrameSizeError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream | FrameFlags.Priority, 1, 0, 0, 0, 3));
        await client.ExpectErrorAsync(1, Http2ErrorCode.FrameSizeError, Http2ErrorCode.ProtocolError);
    }
}
