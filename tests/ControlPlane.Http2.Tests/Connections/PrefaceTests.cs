using System.Text;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Connections;

/// <summary>How a connection begins (RFC 9113, 3.4).</summary>
public sealed class PrefaceTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task Connection_Opened_ServerSendsSettingsFirst()
    {
        await using var client = await server.ConnectAsync();
        var first = await client.ReadFrameAsync();
        Assert.Equal(FrameType.Settings, first!.Type);
        Assert.False(first.Has(FrameFlags.Acknowledge));
        Assert.Equal(0, first.Stream);
    }

    [Fact]
    public async Task Connection_Opened_ServerTellsItsLimits()
    {
        await using var own = await Http2TestServer.StartAsync(
            SampleServer.HandleAsync, new Http2Options { MaxStreams = 7, MaxHeaderListSize = 20_000, StreamWindow = 200_000, ConnectionWindow = 300_000 });
        await using var client = await own.ConnectAsync();
        await client.PingAsync();
        var settings = client.ServerSettings!;
        Assert.Equal(7u, settings[Setting.MaxConcurrentStreams]);
        Assert.Equal(20_000u, settings[Setting.MaxHeaderListSize]);
        Assert.Equal(200_000u, settings[Setting.InitialWindowSize]);
        Assert.Equal(300_000 - Frame.DefaultWindow, client.WindowUpdates[0]);
        Assert.Equal(0u, settings.GetValueOrDefault(Setting.EnablePush));
        Assert.InRange(settings.GetValueOrDefault(Setting.MaxFrameSize, (uint)Frame.DefaultMaxSize), (uint)Frame.DefaultMaxSize, 0xFF_FFFFu);
    }

    [Fact]
    public async Task Preface_InSingleBytes_Accepted()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        foreach (var octet in (byte[])[.. Frame.Preface, .. Frame.Settings(), .. Frame.Headers(1, HeaderBlock.Get(), end: true)])
            await client.SendAsync([octet]);
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX")]
    [InlineData("PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n")]
    [InlineData("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX\r\n")]
    [InlineData("\0\0\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public async Task Preface_WrongBytes_Closed(string preface)
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Encoding.Latin1.GetBytes(preface));
        await client.ReadBytesToEndAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")]
    [InlineData("POST /a HTTP/1.0\r\nContent-Length: 0\r\n\r\n")]
    public async Task Preface_OfHttp1_Answered400AndClosed(string request)
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Encoding.ASCII.GetBytes(request));
        var answer = Encoding.Latin1.GetString(await client.ReadBytesToEndAsync());
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preface_ThenEndOfConnection_Closed()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Frame.Preface[..10]);
        client.ShutdownSend();
        await client.ReadBytesToEndAsync();
    }

    public static TheoryData<byte[]> OtherFirstFrames =>
    [
        Frame.Ping(), Frame.Headers(1, HeaderBlock.Get(), end: true), Frame.WindowUpdate(0, 1), Frame.SettingsAcknowledgement(),
    ];

    [Theory]
    [MemberData(nameof(OtherFirstFrames))]
    public async Task Preface_FirstFrameNotSettings_ConnectionError(byte[] frame)
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Frame.Preface, frame);
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }
}
