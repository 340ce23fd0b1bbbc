using System.Collections.Concurrent;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Http2.Tests.Abuse;

/// <summary>Floods of frames that cost the server more than the client (RFC 9113, 10.5). Nothing that comes back is read.</summary>
[Collection(AloneCollection.Name)]
public sealed class FloodTests(SampleServer server) : IClassFixture<SampleServer>
{
    private const int Batch = 64 * 1024;
    private const int Limit = 40 * 1024 * 1024;
    private const int MoreMemory = 64 * 1024 * 1024;

    // A server that does not take a batch for so long does not read any more.
    private static readonly TimeSpan BlockedAfter = TimeSpan.FromSeconds(1);

    // Where it has to cut, it gets the time that a busy machine takes.
    private static readonly TimeSpan CutWithin = TimeSpan.FromSeconds(60);

    public static TheoryData<string, byte[]> Answered => new()
    {
        { "ping (CVE-2019-9512)", Frame.Ping(1) },
        { "settings (CVE-2019-9515)", Frame.Settings((Setting.MaxConcurrentStreams, 100)) },
        { "empty settings", Frame.Settings() },
    };

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task Flood_OfFramesThatWantAnAnswer_CutOrNotRead(string what, byte[] frame)
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { ReceiveBuffer = 8192 });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (outcome, sent) = await FloodAsync(client, frame, Limit);
        Assert.True(outcome != SendOutcome.Sent, $"{what}: {sent} bytes were taken though nobody reads the answers");
        await ExpectMemoryAndServiceAsync(before);
    }

    [Fact]
    public async Task Flood_OfPingsWhoseAnswersNobodyReads_ConnectionEndedByTheServer()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { ReceiveBuffer = 8192 });
        var (outcome, _) = await FloodAsync(client, Frame.Ping(1), Limit);

        // Nothing is ever read here: that must not keep the server from closing.
        for (var tries = 0; outcome == SendOutcome.Blocked && tries < 60; tries++)
            outcome = await client.TrySendAsync(Frame.Ping(2), BlockedAfter);
        Assert.Equal(SendOutcome.Closed, outcome);
    }

    public static TheoryData<string, byte[]> Useless => new()
    {
        { "empty data (CVE-2019-9518)", Frame.Data(1, []) },
        { "padded data without any data", Frame.Build(FrameType.Data, FrameFlags.Padded, 1, 0) },
        { "priority (CVE-2019-9513)", Frame.Priority(1, 3) },
        { "window updates of the connection", Frame.WindowUpdate(0, 1) },
        { "window updates of a stream", Frame.WindowUpdate(1, 1) },
        { "window updates of a closed stream", Frame.WindowUpdate(3, 1) },
        { "unknown type", Frame.Build((FrameType)0x55, 0, 1) },
        { "acknowledgements of pings", Frame.Ping(1, acknowledge: true) },
        { "resets of a closed stream", Frame.Reset(3) },
    };

    [Theory]
    [MemberData(nameof(Useless))]
    public async Task Flood_OfFramesWithoutAnAnswer_MemoryBoundedAndOthersServed(string what, byte[] frame)
    {
        Assert.NotNull(what);
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/wait"), end: false);
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await client.ExpectGreetingAsync(3);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await FloodAsync(client, frame, 4 * 1024 * 1024);
        await ExpectMemoryAndServiceAsync(before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Frame.DefaultMaxSize)]
    public async Task Flood_OfContinuations_Cut(int length)
    {
        // CVE-2024-27316: a header block that never ends.
        await using var client = await server.ConnectAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await client.SendAsync(Frame.Headers(1, HeaderBlock.Get(), end: true, endHeaders: false));

        // What an empty one is worth is its nine bytes.
        var field = HeaderBlock.Encode(("x", new string('v', 100)));
        var payload = Enumerable.Range(0, length).Select(i => length == 1 ? (byte)0x82 : field[i % field.Length]).ToArray();
        var (outcome, sent) = await FloodAsync(client, Frame.Continuation(1, payload, endHeaders: false), Limit, CutWithin);
        Assert.True(outcome == SendOutcome.Closed, $"{outcome}: {sent} bytes were taken");
        await ExpectMemoryAndServiceAsync(before);
    }

    [Fact]
    public async Task HeaderBlock_SmallButOfHugeFields_Refused()
    {
        // One entry of the table, named again and again: 4 KiB for one byte.
        await using var client = await server.ConnectAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        byte[] remembered = [0x40, .. HeaderBlock.Encode(("x-bomb", new string('b', 3900))).AsSpan(1)];
        byte[] block = [.. HeaderBlock.Encode(HeaderBlock.Get()), .. remembered, .. Enumerable.Repeat((byte)(0x80 | 62), 10_000)];
        await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, block));
        while (!client.Stream(1).Over && await client.ReadFrameAsync() is not null)
        {
        }

        Assert.NotEqual(200, client.Stream(1).Status);
        await ExpectMemoryAndServiceAsync(before);
    }

    [Fact]
    public async Task RapidReset_OfRunningStreams_CutWithEnhanceYourCalm()
    {
        // CVE-2023-44487.
        var running = 0;
        var most = 0;
        await using var own = await Http2TestServer.StartAsync(async context =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            Interlocked.Decrement(ref running);
        });
        await using var client = await own.ConnectAsync();
        var outcome = SendOutcome.Sent;
        var reading = client.ReadToEndAsync();
        for (var stream = 1; stream < 100_000 && outcome == SendOutcome.Sent; stream += 2)
            outcome = await client.TrySendAsync([.. Frame.Headers(stream, HeaderBlock.Get("/wait"), end: true), .. Frame.Reset(stream)], TimeSpan.FromSeconds(60));
        Assert.Equal(SendOutcome.Closed, outcome);
        await reading;
        Assert.True(client.GoAway is null || client.GoAway.Error == Http2ErrorCode.EnhanceYourCalm, client.Transcript);

        // A handler that is on its way out may overlap with the next one.
        Assert.InRange(most, 1, 4 * 100);
        await using var other = await own.ConnectAsync();
        await other.ExpectAliveAsync();
    }

    [Fact]
    public async Task RapidErrors_ThatMakeTheServerReset_Cut()
    {
        // "MadeYouReset" (CVE-2025-8671): the client makes the server reset its streams.
        await using var client = await server.ConnectAsync();
        var outcome = SendOutcome.Sent;
        var reading = client.ReadToEndAsync();
        for (var stream = 1; stream < 100_000 && outcome == SendOutcome.Sent; stream += 2)
            outcome = await client.TrySendAsync([.. Frame.Headers(stream, HeaderBlock.Post("/wait")), .. Frame.WindowUpdate(stream, 0)], TimeSpan.FromSeconds(60));
        await reading;
        Assert.Equal(SendOutcome.Closed, outcome);
    }

    [Fact]
    public async Task Cancels_OfAllStreamsAtOnce_AsCleanClientsDo_Tolerated()
    {
        await using var client = await server.ConnectAsync();
        for (var i = 0; i < SampleServer.MaxStreams; i++)
            await client.SendRequestAsync(2 * i + 1, HeaderBlock.Get("/wait"));
        await client.ReadUntilAsync(() => Enumerable.Range(0, SampleServer.MaxStreams).All(i => client.Stream(2 * i + 1).Status == 200));
        for (var i = 0; i < SampleServer.MaxStreams; i++)
            await client.SendAsync(Frame.Reset(2 * i + 1));
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task Messages_InFramesOfOneByte_Served()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        byte[] dribble = [.. Enumerable.Repeat(Frame.Data(1, "x"u8), 2000).SelectMany(static f => f)];
        await client.SendAsync(dribble, Frame.Data(1, [], end: true));
        Assert.Equal("2000", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Client_ThatOpensTheWindowsAndDoesNotRead_ServerBuffersLittle()
    {
        // CVE-2019-9517.
        const int Streams = 20, Piece = 64 * 1024, Pieces = 400;
        var written = 0L;
        var ends = new ConcurrentQueue<int>();
        await using var own = await Http2TestServer.StartAsync(async context =>
        {
            for (var i = 0; i < Pieces; i++)
            {
                await context.Response.BodyWriter.WriteAsync(new byte[Piece]);
                Interlocked.Add(ref written, Piece);
            }

            ends.Enqueue(1);
        });
        await using var client = await own.ConnectAsync(new Http2ClientOptions { UnlimitedWindows = true, ReceiveBuffer = 8192 });
        for (var i = 0; i < Streams; i++)
            await client.SendRequestAsync(2 * i + 1, HeaderBlock.Get());

        // Until nothing more is written for a while; a busy machine may begin late.
        for (long last = -1, now = 0; last != now || now == 0; now = Interlocked.Read(ref written))
        {
            last = now;
            await Task.Delay(300);
        }

        Assert.Empty(ends);
        Assert.InRange(Interlocked.Read(ref written), 1, (long)Streams * Piece * 4 + 16 * 1024 * 1024);
        await using var other = await own.ConnectAsync();
        await other.ExpectAliveAsync();
    }

    private static async Task<(SendOutcome Outcome, int Sent)> FloodAsync(Http2Client client, byte[] frame, int limit, TimeSpan? patience = null)
    {
        byte[] batch = [.. Enumerable.Repeat(frame, Math.Max(1, Batch / frame.Length)).SelectMany(static f => f)];
        var sent = 0;
        for (; sent < limit; sent += batch.Length)
        {
            if (await client.TrySendAsync(batch, patience ?? BlockedAfter) is var outcome and not SendOutcome.Sent)
                return (outcome, sent);
        }

        return (SendOutcome.Sent, sent);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (var now = Volatile.Read(ref place); now < value; now = Volatile.Read(ref place))
            Interlocked.CompareExchange(ref place, value, now);
    }

    private async Task ExpectMemoryAndServiceAsync(long before)
    {
        await using var other = await server.ConnectAsync();
        await other.ExpectGreetingAsync(1);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MoreMemory);
    }
}
