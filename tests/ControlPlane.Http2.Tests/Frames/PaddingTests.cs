using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>Padding (RFC 9113, 6.1, 6.2).</summary>
public sealed class PaddingTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static readonly byte[] Block = HeaderBlock.Encode(HeaderBlock.Get());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task Data_Padded_PaddingTakenAway(byte padding)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build(FrameType.Data, FrameFlags.Padded | FrameFlags.EndStream, 1, [padding, .. "abc"u8, .. new byte[padding]]));
        Assert.Equal("abc", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Data_PaddingOnly_Empty()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        await client.SendAsync(Frame.Build(FrameType.Data, FrameFlags.Padded | FrameFlags.EndStream, 1, [9, .. new byte[9]]));
        Assert.Equal("0", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Data_PaddedForLong_WindowGivenBackForThePaddingToo()
    {
        // Padding counts against the window (RFC 9113, 6.9.1): more padding than the window holds.
        await using var own = await Http2TestServer.StartAsync(SampleServer.HandleAsync, new Http2Options { StreamWindow = 65_535, ConnectionWindow = 65_535 });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        var padded = Frame.Build(FrameType.Data, FrameFlags.Padded, 1, [255, .. "x"u8, .. new byte[255]]);
        long sent = 0;
        for (var i = 0; i < 1000; i++)
        {
            await client.ReadUntilAsync(() =>
                Math.Min(client.WindowUpdates.GetValueOrDefault(1), client.WindowUpdates.GetValueOrDefault(0)) + 65_535 - sent >= 257);
            await client.SendAsync(padded);
            sent += 257;
        }

        await client.SendAsync(Frame.Data(1, [], end: true));
        Assert.Equal("1000", (await client.ReadStreamAsync(1)).Text);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(255, 4)]
    [InlineData(1, 1)]
    public async Task Data_PadLengthNotBelowThePayload_ProtocolError(byte padding, int length)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        var payload = new byte[length];
        payload[0] = padding;
        await client.SendAsync(Frame.Build(FrameType.Data, FrameFlags.Padded | FrameFlags.EndStream, 1, payload));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(FrameType.Data)]
    [InlineData(FrameType.Headers)]
    public async Task Padded_WithoutAPadLength_Error(FrameType type)
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Build(type, FrameFlags.Padded | FrameFlags.EndStream | (type == FrameType.Headers ? FrameFlags.EndHeaders : 0), type == FrameType.Data ? 1 : 3));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError, Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Headers_Padded_PaddingTakenAway(byte padding)
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.Padded | FrameFlags.EndStream | FrameFlags.EndHeaders, 1, [padding, .. Block, .. new byte[padding]]));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    [Fact]
    public async Task Headers_PaddedWithPriority_BothTakenAway()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(
            FrameType.Headers, FrameFlags.Padded | FrameFlags.Priority | FrameFlags.EndStream | FrameFlags.EndHeaders, 1, [4, 0, 0, 0, 0, 15, .. Block, .. new byte[4]]));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    [Fact]
    public async Task Headers_PadLengthNotBelowThePayload_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.Padded | FrameFlags.EndStream | FrameFlags.EndHeaders, 1, [(byte)(Block.Length + 1), .. Block]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }
}
