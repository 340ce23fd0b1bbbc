using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Support;

/// <summary>What RFC 9113 lets happen after something that a client does.</summary>
internal static class Http2Expectations
{
    /// <summary>An error of the connection (5.4.1): GOAWAY with one of the codes, then the end of the connection.</summary>
    public static async Task ExpectConnectionErrorAsync(this Http2Client client, params Http2ErrorCode[] codes)
    {
        await client.ReadToEndAsync();
        Assert.True(client.GoAway is not null, $"no GOAWAY but\n{client.Transcript}");
        Assert.True(codes.Contains(client.GoAway.Error), $"not {string.Join(" or ", codes)} but\n{client.Transcript}");
    }

    /// <summary>An error of one stream (5.4.2): RST_STREAM with one of the codes, and the connection goes on.</summary>
    public static async Task ExpectStreamErrorAsync(this Http2Client client, int stream, params Http2ErrorCode[] codes)
    {
        await client.ReadUntilAsync(() => client.Stream(stream).Over);
        Assert.True(client.Stream(stream).Reset is { } code && codes.Contains(code), $"not {string.Join(" or ", codes)} but\n{client.Transcript}");
        await client.ExpectAliveAsync();
    }

    /// <summary>An error of the stream, or of the whole connection: both are allowed.</summary>
    public static async Task ExpectErrorAsync(this Http2Client client, int stream, params Http2ErrorCode[] codes)
    {
        // A stream that ends well now shows that nobody objected; one that had ended before says nothing.
        var over = client.Stream(stream).Over;
        while (client.Stream(stream).Reset is null && (over || !client.Stream(stream).Over) && await client.ReadFrameAsync() is not null)
        {
        }

        var code = client.Stream(stream).Reset ?? client.GoAway?.Error;
        Assert.True(code is { } known && codes.Contains(known), $"not {string.Join(" or ", codes)} but\n{client.Transcript}");
    }

    /// <summary>That the connection still works: PING is answered, and a new stream gets its answer.</summary>
    public static async Task ExpectAliveAsync(this Http2Client client, int? newStream = null)
    {
        await client.PingAsync();
        Assert.True(client.GoAway is null, client.Transcript);
        if (newStream is { } stream)
            await client.ExpectGreetingAsync(stream);
    }

    /// <summary>That a new stream of the sample server gets its answer.</summary>
    public static async Task ExpectGreetingAsync(this Http2Client client, int stream)
    {
        await client.SendRequestAsync(stream, HeaderBlock.Get());
        var answer = await client.ReadStreamAsync(stream);
        Assert.True(answer is { Status: 200, Text: SampleServer.Greeting, Reset: null }, client.Transcript);
    }

    /// <summary>That the connection comes to its end, in whatever way.</summary>
    public static async Task ExpectClosedAsync(this Http2Client client)
    {
        await client.ReadToEndAsync();
        Assert.True(client.Closed);
    }
}
