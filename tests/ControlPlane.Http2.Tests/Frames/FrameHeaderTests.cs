using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>The format and the size of frames (RFC 9113, 4.1, 4.2, 5.5).</summary>
public sealed class FrameHeaderTests(SampleServer server) : IClassFixture<SampleServer>
{
    private const int ReservedBit = int.MinValue;

    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(0xFF, 0, 100)]
    [InlineData(0x16, 1, 16_384)]
    [InlineData(0x20, 3, 8)]
    public async Task Frame_OfUnknownType_Ignored(byte type, int stream, int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build((FrameType)type, FrameFlags.All, stream, new byte[length]));
        await client.ExpectAliveAsync(newStream: 1);
    }

    [Fact]
    public async Task Frame_OfUnknownTypeOnAnOpenStream_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build((FrameType)0x42, FrameFlags.All, 1, new byte[50]), Frame.Data(1, "abc"u8, end: true));
        Assert.Equal("abc", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Frame_WithTheReservedBit_TakenAsWithout()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1 | ReservedBit, HeaderBlock.Encode(HeaderBlock.Get())));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
        await client.SendAsync(Frame.Build(FrameType.Ping, 0, ReservedBit, new byte[8]));
        await client.WaitForAsync(static f => f.Type == FrameType.Ping);
    }

    [Fact]
    public async Task Frame_WindowUpdateWithTheReservedBit_TakenAsWithout()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.WindowUpdate(0, 1 | ReservedBit));
        await client.ExpectAliveAsync(newStream: 1);
    }

    [Fact]
    public async Task Frame_OfTheLargestSizeAllowed_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        await client.SendAsync(Frame.Data(1, new byte[Frame.DefaultMaxSize], end: true));
        Assert.Equal("16384", (await client.ReadStreamAsync(1)).Text);
    }

    public static TheoryData<FrameType, int> TooLargeKinds => new()
    {
        { FrameType.Data, 1 }, { FrameType.Headers, 3 }, { FrameType.Settings, 0 }, { FrameType.GoAway, 0 }, { (FrameType)0x77, 0 },
    };

    [Theory]
    [MemberData(nameof(TooLargeKinds))]
    public async Task Frame_TooLarge_FrameSizeError(FrameType type, int stream)
    {
        await using var client = await server.ConnectAsync();
        await client.PingAsync();
        var largest = client.ServerSettings!.GetValueOrDefault(Setting.MaxFrameSize, (uint)Frame.DefaultMaxSize);
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);

        // The header alone says it: what would follow is not waited for.
        var frame = Frame.Build(type, 0, stream, new byte[largest + 1]);
        await client.SendAsync(frame[..Frame.HeadLength]);
        await client.ExpectErrorAsync(stream, Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task Frame_LongestLengthThatTheHeaderCanSay_FrameSizeError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync([0xFF, 0xFF, 0xFF, (byte)FrameType.Data, 0, 0, 0, 0, 1]);
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task PushPromise_FromAClient_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build(FrameType.PushPromise, FrameFlags.EndHeaders, 1, [0, 0, 0, 2, .. HeaderBlock.Encode(HeaderBlock.Get())]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Frames_InSingleBytes_Understood()
    {
        await using var client = await server.ConnectAsync();
        byte[] bytes = [.. Frame.Headers(1, HeaderBlock.Post()), .. Frame.Data(1, "dribble"u8), .. Frame.Data(1, [], end: true)];
        foreach (var octet in bytes)
            await client.SendAsync([octet]);
        Assert.Equal("dribble", (await client.ReadStreamAsync(1)).Text);
    }
}
