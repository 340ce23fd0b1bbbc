using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>WINDOW_UPDATE (RFC 9113, 6.9).</summary>
public sealed class WindowUpdateTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task WindowUpdate_OfZeroForTheConnection_ConnectionError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.WindowUpdate(0, 0));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task WindowUpdate_OfZeroForAStream_Error()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.WindowUpdate(1, 0));
        await client.ExpectErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task WindowUpdate_ConnectionWindowBeyondTheLimit_ConnectionError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.WindowUpdate(0, Frame.MaxWindow));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FlowControlError);
    }

    [Fact]
    public async Task WindowUpdate_StreamWindowBeyondTheLimit_StreamError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.WindowUpdate(1, Frame.MaxWindow), Frame.WindowUpdate(1, Frame.MaxWindow));
        await client.ExpectStreamErrorAsync(1, Http2ErrorCode.FlowControlError);
        await client.ExpectGreetingAsync(3);
    }

    [Fact]
    public async Task WindowUpdate_UpToTheLimit_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(
            Frame.WindowUpdate(0, Frame.MaxWindow - Frame.DefaultWindow), Frame.WindowUpdate(1, Frame.MaxWindow - Frame.DefaultWindow), Frame.Data(1, "x"u8, end: true));
        Assert.Equal("x", (await client.ReadStreamAsync(1)).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task WindowUpdate_WrongLength_FrameSizeError(int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.WindowUpdate, 0, 0, new byte[length]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task WindowUpdate_OnAnIdleStream_ConnectionError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.WindowUpdate(1, 100));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task WindowUpdate_OnAClosedStream_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.SendAsync(Frame.WindowUpdate(1, 100));
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task WindowUpdate_OnAHalfClosedStream_Used()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.InitialWindowSize, 0)] });
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await client.SendAsync(Frame.WindowUpdate(1, 5));
        Assert.Equal(SampleServer.Greeting, (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Settings_MakeAStreamWindowTooLarge_ConnectionError()
    {
        // RFC 9113, 6.9.2.
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.SendAsync(Frame.WindowUpdate(1, Frame.MaxWindow - Frame.DefaultWindow));
        await client.PingAsync();
        await client.SendAsync(Frame.Settings((Setting.InitialWindowSize, Frame.MaxWindow)));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FlowControlError);
    }
}
