using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Connections;

/// <summary>PING (RFC 9113, 6.7).</summary>
public sealed class PingTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task Ping_Sent_AnsweredWithItsPayload()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Ping, 0, 0, "h2 ping!"u8));
        var answer = await client.WaitForAsync(static f => f.Type == FrameType.Ping);
        Assert.True(answer.Has(FrameFlags.Acknowledge));
        Assert.Equal(0, answer.Stream);
        Assert.Equal("h2 ping!"u8, answer.Payload);
    }

    [Fact]
    public async Task Ping_OfAnAcknowledgement_NotAnswered()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Ping(1, acknowledge: true), Frame.Ping(2));
        var answer = await client.WaitForAsync(static f => f.Type == FrameType.Ping);
        Assert.Equal(2, answer.Payload[7]);
    }

    [Fact]
    public async Task Ping_UnknownFlags_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Ping, FrameFlags.All & ~FrameFlags.Acknowledge, 0, new byte[8]));
        await client.WaitForAsync(static f => f.Type == FrameType.Ping && f.Flags == FrameFlags.Acknowledge);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    public async Task Ping_WrongLength_FrameSizeError(int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Ping, 0, 0, new byte[length]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task Ping_OnAStream_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Ping, 0, 1, new byte[8]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Ping_WhileAStreamWaits_Answered()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await client.ExpectAliveAsync();
    }
}
