using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Bodies;

/// <summary>Answers that the client's windows hold up (RFC 9113, 5.2, 6.9).</summary>
public sealed class FlowControlTests : IAsyncLifetime
{
    private const int Large = 300_000;

    private Http2TestServer? _server;
    private int _given;

    public async Task InitializeAsync() => _server = await Http2TestServer.StartAsync(context =>
    {
        if (context.Request.Path.Value != "/large")
            return SampleServer.HandleAsync(context);
        var write = context.Response.Body.WriteAsync(Bytes()).AsTask();
        Interlocked.Increment(ref _given);
        return write;
    });

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task Answer_LargerThanTheStreamWindow_GoesOnWithWindowUpdates()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 1000));
        await client.SendAsync(Frame.WindowUpdate(0, Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        for (var window = 1000; window < 4000; window += 1000)
        {
            await client.ReadUntilAsync(() => client.Stream(1).Length >= window);
            await client.PingAsync();
            Assert.Equal(window, client.Stream(1).Length);
            await client.SendAsync(Frame.WindowUpdate(1, 1000));
        }

        await client.SendAsync(Frame.WindowUpdate(1, Large));
        Assert.Equal(Bytes(), (await client.ReadStreamAsync(1)).Body);
    }

    [Fact]
    public async Task Answer_LargerThanTheConnectionWindow_GoesOnWithWindowUpdates()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 10 * Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => client.Stream(1).Length >= Frame.DefaultWindow);
        await client.PingAsync();
        Assert.Equal(Frame.DefaultWindow, client.Stream(1).Length);

        // Headers need no window, nor do the answers to control frames.
        await client.SendRequestAsync(3, HeaderBlock.Get("/nothing"));
        Assert.Equal(404, (await client.ReadStreamAsync(3)).Status);
        await client.SendAsync(Frame.WindowUpdate(0, 10 * Large));
        Assert.Equal(Bytes(), (await client.ReadStreamAsync(1)).Body);
    }

    [Fact]
    public async Task Settings_EnlargeTheWindow_WaitingAnswerGoesOn()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 0));
        await client.SendAsync(Frame.WindowUpdate(0, Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await client.PingAsync();
        Assert.Equal(0, client.Stream(1).Length);
        await client.SendAsync(Frame.Settings((Setting.InitialWindowSize, 3)));
        await client.ReadUntilAsync(() => client.Stream(1).Length > 0);
        await client.PingAsync();
        Assert.Equal(3, client.Stream(1).Length);
        await client.SendAsync(Frame.Settings((Setting.InitialWindowSize, Large)));
        Assert.Equal(Bytes(), (await client.ReadStreamAsync(1)).Body);
    }

    [Fact]
    public async Task Settings_ShrinkTheWindowBelowZero_AnswerWaitsUntilItIsPositive()
    {
        // RFC 9113, 6.9.2.
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 1000));
        await client.SendAsync(Frame.WindowUpdate(0, Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => client.Stream(1).Length == 1000);

        // 1000 are used: the window is now -900.
        await client.SendAsync(Frame.Settings((Setting.InitialWindowSize, 100)), Frame.WindowUpdate(1, 900));
        await client.PingAsync();
        await client.PingAsync();
        Assert.Equal(1000, client.Stream(1).Length);
        await client.SendAsync(Frame.WindowUpdate(1, 7));
        await client.ReadUntilAsync(() => client.Stream(1).Length > 1000);
        await client.PingAsync();
        Assert.Equal(1007, client.Stream(1).Length);
        await client.SendAsync(Frame.WindowUpdate(1, Large));
        Assert.Equal(Bytes(), (await client.ReadStreamAsync(1)).Body);
    }

    [Fact]
    public async Task Windows_OfOneByteEach_AnswerDribbles()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 0));
        await client.SendRequestAsync(1, HeaderBlock.Get());
        for (var length = 1; length <= SampleServer.Greeting.Length; length++)
        {
            await client.SendAsync(Frame.WindowUpdate(1, 1));
            await client.ReadUntilAsync(() => client.Stream(1).Length == length);
        }

        Assert.Equal(SampleServer.Greeting, (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task BlockedStream_Another_NotHeldUp()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 100));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => client.Stream(1).Length == 100);
        await client.ExpectGreetingAsync(3);
        await client.ExpectGreetingAsync(5);
        Assert.False(client.Stream(1).Over);
    }

    [Fact]
    public async Task StreamsThatWantTheSameConnectionWindow_AllGetSome()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 10 * Large));
        int[] streams = [1, 3, 5, 7];
        foreach (var stream in streams)
            await client.SendRequestAsync(stream, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => streams.All(s => client.Stream(s).Status == 200) && streams.Sum(s => client.Stream(s).Length) == Frame.DefaultWindow);

        // All wait once they have given their bytes. What comes is shared: no stream takes all that is there.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _given) == streams.Length, TimeSpan.FromSeconds(60)));
        var before = streams.Select(s => client.Stream(s).Length).ToArray();
        await client.SendAsync(Frame.WindowUpdate(0, 32 * Frame.DefaultMaxSize));
        await client.ReadUntilAsync(() => streams.Sum(s => client.Stream(s).Length) == Frame.DefaultWindow + 32 * Frame.DefaultMaxSize);
        var got = streams.Select((s, i) => client.Stream(s).Length - before[i]).ToArray();
        Assert.True(got.All(static n => n > 0), $"{string.Join(", ", before)} and then {string.Join(", ", got)}");
        await client.SendAsync(Frame.WindowUpdate(0, 10 * Large));
        foreach (var stream in streams)
            Assert.Equal(Bytes(), (await client.ReadStreamAsync(stream)).Body);
    }

    [Fact]
    public async Task ResetStreamThatWaitsForTheConnectionWindow_LeavesItToOthers()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 10 * Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        await client.ReadUntilAsync(() => client.Stream(1).Length == Frame.DefaultWindow);
        await client.SendRequestAsync(3, HeaderBlock.Get());
        await client.ReadUntilAsync(() => client.Stream(3).Status == 200);
        await client.SendAsync(Frame.Reset(1), Frame.WindowUpdate(0, SampleServer.Greeting.Length));
        Assert.Equal(SampleServer.Greeting, (await client.ReadStreamAsync(3)).Text);
        Assert.Equal(Frame.DefaultWindow, client.Stream(1).Length);
    }

    [Theory]
    [InlineData(0, Frame.DefaultMaxSize)]
    [InlineData(20_000, 20_000)]
    [InlineData(0xFF_FFFF, 0xFF_FFFF)]
    public async Task MaxFrameSize_OfTheClient_Obeyed(uint setting, int largest)
    {
        await using var client = await (setting == 0 ? ConnectAsync((Setting.InitialWindowSize, Large)) : ConnectAsync((Setting.InitialWindowSize, Large), (Setting.MaxFrameSize, setting)));
        await client.SendAsync(Frame.WindowUpdate(0, Large));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        while (!client.Stream(1).Over)
            Assert.InRange((await client.ReadFrameAsync())!.Payload.Length, 0, largest);
        Assert.Equal(Bytes(), client.Stream(1).Body);
    }

    [Fact]
    public async Task WindowUpdates_WhileTheAnswerRuns_AllBytesOnce()
    {
        await using var client = await ConnectAsync((Setting.InitialWindowSize, 500));
        await client.SendRequestAsync(1, HeaderBlock.Get("/large"));
        var updates = Task.Run(async () =>
        {
            for (var i = 0; i < 3000; i++)
                await client.SendAsync(Frame.WindowUpdate(1, 100), Frame.WindowUpdate(0, 100));
        });
        var answer = await client.ReadStreamAsync(1);
        await updates;
        Assert.Equal(Bytes(), answer.Body);
    }

    private static byte[] Bytes() => [.. Enumerable.Range(0, Large).Select(static i => (byte)(i % 251))];

    private Task<Http2Client> ConnectAsync(params (Setting, uint)[] settings) => _server!.ConnectAsync(new Http2ClientOptions { Settings = settings });
}
