using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Connections;

/// <summary>Clients that are silent, or stop in the middle: each server here has short limits.</summary>
public sealed class TimeoutTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Client_SendsNothing_ClosedAfterTheHandshakeTimeout()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short, IdleTimeout = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.ReadBytesToEndAsync();
    }

    [Fact]
    public async Task Client_SendsHalfThePreface_ClosedAfterTheHandshakeTimeout()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short, IdleTimeout = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Frame.Preface[..12]);
        await client.ReadBytesToEndAsync();
    }

    [Fact]
    public async Task Client_SendsWhatMayBecomeALineOfHttp1_ClosedAfterTheHandshakeTimeout()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"u8.ToArray());
        await client.ReadBytesToEndAsync();
    }

    [Fact]
    public async Task Client_SendsThePrefaceWithoutSettings_ClosedAfterTheHandshakeTimeout()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short, IdleTimeout = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Preface = false });
        await client.SendAsync(Frame.Preface);
        await client.ReadBytesToEndAsync();
    }

    [Fact]
    public async Task Client_SendsHalfAHeaderBlock_Closed()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short });
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Get(), end: true, endHeaders: false));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task Client_SendsHalfAFrame_Closed()
    {
        await using var server = await StartAsync(new Http2Options { HandshakeTimeout = Short, IdleTimeout = Short });
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Get(), end: true)[..20]);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task Client_WithoutStreams_ClosedWithGoAwayAfterTheIdleTimeout()
    {
        // Long enough for the request to come before it.
        await using var server = await StartAsync(new Http2Options { IdleTimeout = TimeSpan.FromSeconds(4) });
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.NoError);
    }

    [Fact]
    public async Task Client_WithAWaitingStream_NotClosedByTheIdleTimeout()
    {
        await using var server = await StartAsync(new Http2Options { IdleTimeout = TimeSpan.FromSeconds(4), KeepAlivePingDelay = Short });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));

        // Five pings prove that five seconds have passed.
        for (var pings = 0; pings < 5; pings++)
            await client.WaitForAsync(static f => f.Type == FrameType.Ping);
        await client.ExpectAliveAsync(newStream: 3);
    }

    [Fact]
    public async Task KeepAlivePing_Answered_ConnectionGoesOn()
    {
        await using var server = await StartAsync(new Http2Options { KeepAlivePingDelay = Short, KeepAlivePingTimeout = TimeSpan.FromSeconds(60) });
        await using var client = await server.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            var ping = await client.WaitForAsync(static f => f.Type == FrameType.Ping);
            Assert.False(ping.Has(FrameFlags.Acknowledge));
        }

        await client.ExpectAliveAsync(newStream: 1);
    }

    [Fact]
    public async Task KeepAlivePing_NotAnswered_Closed()
    {
        await using var server = await StartAsync(new Http2Options { KeepAlivePingDelay = Short, KeepAlivePingTimeout = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { AnswerPings = false });
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.WaitForAsync(static f => f.Type == FrameType.Ping);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task KeepAlivePing_AnsweredWithAnotherPayload_Survived()
    {
        await using var server = await StartAsync(new Http2Options { KeepAlivePingDelay = Short });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { AnswerPings = false });
        await client.WaitForAsync(static f => f.Type == FrameType.Ping);
        await client.SendAsync(Frame.Ping(long.MaxValue, acknowledge: true));
        await client.ExpectAliveAsync(newStream: 1);
    }

    private static Task<Http2TestServer> StartAsync(Http2Options options) => Http2TestServer.StartAsync(SampleServer.HandleAsync, options);
}
