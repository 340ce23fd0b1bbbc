using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Connections;

/// <summary>SETTINGS (RFC 9113, 6.5).</summary>
public sealed class SettingsTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task Settings_Sent_EachAcknowledged()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Settings((Setting.MaxConcurrentStreams, 100)), Frame.Settings());
        for (var i = 0; i < 3; i++)
        {
            var answer = await client.WaitForAsync(static f => f.Type == FrameType.Settings && f.Has(FrameFlags.Acknowledge));
            Assert.Empty(answer.Payload);
        }

        await client.ExpectAliveAsync(newStream: 1);
    }

    [Fact]
    public async Task Settings_OfAllKindsAndUnknown_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Settings(
            (Setting.HeaderTableSize, 0), (Setting.EnablePush, 0), (Setting.MaxConcurrentStreams, 0), (Setting.InitialWindowSize, 1000),
            (Setting.MaxFrameSize, 0xFF_FFFF), (Setting.MaxHeaderListSize, 100_000), ((Setting)0x7FFF, 17), ((Setting)0, uint.MaxValue)));
        await client.ExpectAliveAsync(newStream: 1);
    }

    [Fact]
    public async Task Settings_OneThriceInAFrame_LastApplies()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Settings((Setting.InitialWindowSize, 100), (Setting.InitialWindowSize, 0), (Setting.InitialWindowSize, 1)));
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.WaitForAsync(static f => f.Type == FrameType.Data);
        await client.PingAsync();
        Assert.Equal(1, client.Stream(1).Length);
    }

    public static TheoryData<string, byte[], Http2ErrorCode> Wrong => new()
    {
        { "acknowledgement with a payload", Frame.Build(FrameType.Settings, FrameFlags.Acknowledge, 0, new byte[6]), Http2ErrorCode.FrameSizeError },
        { "acknowledgement with one octet", Frame.Build(FrameType.Settings, FrameFlags.Acknowledge, 0, 0), Http2ErrorCode.FrameSizeError },
        { "length 3", Frame.Build(FrameType.Settings, 0, 0, 0, 3, 0), Http2ErrorCode.FrameSizeError },
        { "length 7", Frame.Build(FrameType.Settings, 0, 0, new byte[7]), Http2ErrorCode.FrameSizeError },
        { "on a stream", Frame.Build(FrameType.Settings, 0, 1, 0, 3, 0, 0, 0, 100), Http2ErrorCode.ProtocolError },
        { "acknowledgement on a stream", Frame.Build(FrameType.Settings, FrameFlags.Acknowledge, 1), Http2ErrorCode.ProtocolError },
        { "ENABLE_PUSH 2", Frame.Settings((Setting.EnablePush, 2)), Http2ErrorCode.ProtocolError },
        { "INITIAL_WINDOW_SIZE 2^31", Frame.Settings((Setting.InitialWindowSize, 0x8000_0000)), Http2ErrorCode.FlowControlError },
        { "INITIAL_WINDOW_SIZE 2^32-1", Frame.Settings((Setting.InitialWindowSize, uint.MaxValue)), Http2ErrorCode.FlowControlError },
        { "MAX_FRAME_SIZE 16383", Frame.Settings((Setting.MaxFrameSize, 16_383)), Http2ErrorCode.ProtocolError },
        { "MAX_FRAME_SIZE 2^24", Frame.Settings((Setting.MaxFrameSize, 1 << 24)), Http2ErrorCode.ProtocolError },
        { "a wrong one after a right one", Frame.Settings((Setting.MaxConcurrentStreams, 1), (Setting.EnablePush, 2)), Http2ErrorCode.ProtocolError },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Settings_Wrong_ConnectionError(string what, byte[] frame, Http2ErrorCode code)
    {
        Assert.NotNull(what);
        await using var client = await server.ConnectAsync();
        await client.SendAsync(frame);
        await client.ExpectConnectionErrorAsync(code);
    }

    [Fact]
    public async Task Settings_WrongInTheFirstFrame_ConnectionError()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.EnablePush, 3)] });
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Settings_HeaderTableSizeZero_NothingIndexedDynamically()
    {
        // The decoder refuses a table larger than what was allowed, and entries that it does not have.
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.HeaderTableSize, 0)] });
        for (var stream = 1; stream < 9; stream += 2)
            await client.ExpectGreetingAsync(stream);
    }

    [Fact]
    public async Task Settings_NeverAcknowledged_RequestsServed()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Acknowledge = false });
        await client.ExpectGreetingAsync(1);
    }
}
