using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Frames;

/// <summary>CONTINUATION and header blocks in pieces (RFC 9113, 6.10, 4.3).</summary>
public sealed class ContinuationTests(SampleServer server) : IClassFixture<SampleServer>
{
    private static readonly byte[] Block = HeaderBlock.Encode(HeaderBlock.Get());

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Continuation_BlockInPieces_Understood(int size)
    {
        await using var client = await server.ConnectAsync();
        var pieces = Block.Chunk(size).ToArray();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndStream, 1));
        for (var i = 0; i < pieces.Length; i++)
            await client.SendAsync(Frame.Continuation(1, pieces[i], endHeaders: i == pieces.Length - 1));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    [Fact]
    public async Task Continuation_OfTrailers_Understood()
    {
        await using var client = await server.ConnectAsync();
        var trailers = HeaderBlock.Encode(("grpc-status", "0"), ("other", "x"));
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        await client.SendAsync(
            Frame.Data(1, "abc"u8), Frame.Build(FrameType.Headers, FrameFlags.EndStream, 1, trailers.AsSpan(0, 5)), Frame.Continuation(1, trailers.AsSpan(5), endHeaders: true));
        Assert.Equal("3", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Continuation_UnknownFlags_Ignored()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndStream, 1, Block.AsSpan(0, 3)), Frame.Build(FrameType.Continuation, FrameFlags.All, 1, Block.AsSpan(3)));
        Assert.Equal(200, (await client.ReadStreamAsync(1)).Status);
    }

    public static TheoryData<string, byte[]> Interlopers => new()
    {
        { "data", Frame.Data(1, "x"u8) },
        { "headers of the same stream", Frame.Headers(1, HeaderBlock.Get(), end: true) },
        { "headers of another stream", Frame.Headers(3, HeaderBlock.Get(), end: true) },
        { "continuation of another stream", Frame.Continuation(3, Block, endHeaders: true) },
        { "ping", Frame.Ping() },
        { "settings", Frame.Settings() },
        { "priority", Frame.Priority(1, 0) },
        { "reset", Frame.Reset(1) },
        { "window update", Frame.WindowUpdate(0, 1) },
        { "go away", Frame.GoAway(0, Http2ErrorCode.NoError) },
        { "unknown type", Frame.Build((FrameType)0x99, 0, 1, 1, 2, 3) },
    };

    [Theory]
    [MemberData(nameof(Interlopers))]
    public async Task HeaderBlock_OtherFrameWithin_ProtocolError(string what, byte[] frame)
    {
        Assert.NotNull(what);
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Get(), end: true, endHeaders: false), frame);
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Continuation_WithoutHeaders_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Continuation(1, Block, endHeaders: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Continuation_AfterTheEndOfTheBlock_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Post()), Frame.Continuation(1, HeaderBlock.Encode(("a", "b")), endHeaders: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError, Http2ErrorCode.StreamClosed);
    }

    [Fact]
    public async Task Continuation_OnStreamZero_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Get(), end: true, endHeaders: false), Frame.Continuation(0, [], endHeaders: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Continuation_AfterData_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Post()), Frame.Data(1, "x"u8), Frame.Continuation(1, [], endHeaders: true));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task HeaderBlock_ThatHpackCannotRead_CompressionError()
    {
        // Index 0 means nothing (RFC 7541, 6.1).
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, 0x80));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Fact]
    public async Task HeaderBlock_CutInTheMiddleOfAField_CompressionError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, Block.AsSpan(0, Block.Length - 2)));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Fact]
    public async Task HeaderBlock_OfARefusedStream_StillChangesTheTable()
    {
        // RFC 9113, 4.3: the state is that of the connection. Literal with indexing, then the entry 62 that it made.
        await using var client = await server.ConnectAsync();
        byte[] indexed = [0x40, .. HeaderBlock.Encode(("x-kept", "value")).AsSpan(1)];
        byte[] malformed = [.. HeaderBlock.Encode((":method", "GET")), .. indexed];
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, malformed));
        await client.ReadUntilAsync(() => client.Stream(1).Reset is not null);
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 3, [.. Block, 0x80 | 62]));
        Assert.Equal(200, (await client.ReadStreamAsync(3)).Status);
    }
}
