using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Testing.Http2;
using Xunit.Abstractions;

namespace ControlPlane.FeatureTests.Hostility;

/// <summary>What HTTP/2 lets one client do to a server, on the real ports of a whole one.</summary>
[Collection(HostilityCollection.Name)]
public class Http2AbuseTests(ITestOutputHelper output)
{
    private const int AllResets = 100_000, ResetBatch = 500, Rounds = 5, MostStreamsUntilCut = 1_000;

    // On two processors the client that attacks takes one of them for itself.
    private const int SlowerAtMost = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private const string Ads = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

    /// <summary>
    /// CVE-2023-44487: streams that are opened and reset at once. One client's 100,000 leave the others' times as they were. A round is a fifth
    /// of them: what they cost shows in each round, and what else a busy machine does in some; so the quietest counts, against the middle one without.
    /// </summary>
    [Fact]
    public async Task S15_RapidResets_OfOneClient_LeaveTheOthersServedAsBefore()
    {
        await using var server = await RunningServer.StartAsync();
        await MeasureAsync(server, Task.CompletedTask);
        var (before, during, cut) = (new List<TimeSpan>(), new List<TimeSpan>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            before.Add(await MeasureAsync(server, Task.CompletedTask));
            var attack = ResetAsync(server, AllResets / Rounds);
            during.Add(await MeasureAsync(server, attack));
            cut += await attack;
        }

        output.WriteLine($"p99 before {string.Join(", ", before)}; during {string.Join(", ", during)}; {cut} connections cut");
        Assert.True(cut > 0, $"{AllResets} resets went through");
        Assert.InRange(during.Min(), TimeSpan.Zero, (SlowerAtMost * before.Order().ElementAt(Rounds / 2)) + Tick);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ready")).Status);
    }

    [Fact]
    public async Task S15_RapidResets_EndTheirConnection_BeforeTheServerHasTakenManyStreams()
    {
        await using var server = await RunningServer.StartAsync();
        var taken = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Microsoft.AspNetCore.Hosting", Name: "http.server.active_requests" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref taken, change > 0 ? 1 : 0));
        listener.Start();
        using (var client = server.Connect())
            await client.AskAsync(XdsType.Cluster.TypeUrl());
        Assert.True(taken > 0, "streams are not counted");

        for (var i = 0; i < Rounds; i++)
        {
            taken = 0;
            await using var attacker = await Http2Client.ConnectAsync(server.Server.Addresses.Xds);
            Assert.True(await ResetUntilCutAsync(attacker, AllResets) < AllResets, "the connection was not cut");
            Assert.InRange(taken, 0, MostStreamsUntilCut);
        }
    }

    /// <summary>The 99th percentile of the time in which other clients connect and get their configuration; goes on as long as the attack does.</summary>
    private static async Task<TimeSpan> MeasureAsync(RunningServer server, Task attack)
    {
        var times = new List<TimeSpan>();
        while (times.Count < 100 || (!attack.IsCompleted && times.Count < 5_000))
        {
            var watch = Stopwatch.StartNew();
            using (var client = server.Connect())
                Assert.NotEmpty((await client.AskAsync(XdsType.Cluster.TypeUrl())).Resources);
            times.Add(watch.Elapsed);
        }

        times.Sort();
        return times[times.Count * 99 / 100];
    }

    /// <summary>Opens and resets streams, on a new connection whenever one is cut; how many were cut.</summary>
    private static async Task<int> ResetAsync(RunningServer server, int resets)
    {
        var cut = 0;
        for (var sent = 0; sent < resets;)
        {
            await using var attacker = await Http2Client.ConnectAsync(server.Server.Addresses.Xds);
            sent += await ResetUntilCutAsync(attacker, resets - sent);
            cut += sent < resets ? 1 : 0;
        }

        return cut;
    }

    /// <summary>Opens and resets streams of one connection until it is cut; how many were sent by then.</summary>
    private static async Task<int> ResetUntilCutAsync(Http2Client attacker, int resets)
    {
        var sent = 0;
        var answer = attacker.FindAsync(static frame => frame.Type == FrameType.GoAway);
        try
        {
            for (var stream = 1; sent < resets && !answer.IsCompleted; sent += ResetBatch, stream += 2 * ResetBatch)
                await attacker.SendAsync(Resets(stream));
        }
        catch (IOException)
        {
            // The server has had enough of this connection.
        }

        // Without an answer it was cut so hard that the kernel dropped what was on its way.
        Assert.True(sent == resets || await answer is null or { Error: Http2ErrorCode.EnhanceYourCalm });
        return sent;
    }

    private static byte[] Resets(int first)
    {
        var frames = new List<byte>();
        for (var stream = first; stream < first + (2 * ResetBatch); stream += 2)
        {
            frames.AddRange(Frame.Headers(stream, HeaderBlock.Call(Ads)));
            frames.AddRange(Frame.Reset(stream));
        }

        return [.. frames];
    }

    /// <summary>CVE-2026-47774: a field that HPACK has remembered once costs one byte to name again.</summary>
    [Fact]
    public async Task S16_HeadersThatAreSmallOnTheWireAndLargeDecoded_AreRefused_WithoutTheMemory()
    {
        const int valueLength = 4000, repeats = 1000, calls = 20;
        await using var server = await RunningServer.StartAsync();

        // Incremental indexing (6.2.1) of a new name with a value of 4,000 bytes, then index 62, the newest entry, again and again: 4 MB a call.
        byte[] name = [.. "x-large"u8];
        byte[] remember = [0x40, (byte)name.Length, .. name, 0x7f, .. Varint(valueLength - 127), .. Enumerable.Repeat((byte)'a', valueLength)];
        byte[] block = [.. HeaderBlock.Encode(HeaderBlock.Call(Ads)), .. remember, .. Enumerable.Repeat((byte)0xbe, repeats)];
        var before = GC.GetTotalAllocatedBytes();
        var refused = 0;
        for (var i = 0; i < calls; i++)
        {
            await using var client = await Http2Client.ConnectAsync(server.Server.Addresses.Xds);
            await client.SendAsync(Frame.Build(FrameType.Headers, FrameFlags.EndHeaders, 1, block));
            var answer = await client.FindAsync(static frame => frame.Type == FrameType.GoAway || (frame.Stream == 1 && frame.Type is FrameType.ResetStream or FrameType.Headers)).WaitAsync(TimeSpan.FromSeconds(30));
            refused += answer is null or { Type: FrameType.GoAway or FrameType.ResetStream } || client.Stream(1).Status == 431 ? 1 : 0;
        }

        Assert.Equal(calls, refused);
        Assert.True(GC.GetTotalAllocatedBytes() - before < calls * (long)valueLength * repeats / 4, "the fields were decoded to the end");
        using var other = server.Connect();
        Assert.NotEmpty((await other.AskAsync(XdsType.Cluster.TypeUrl())).Resources);
    }

    /// <summary>CVE-2022-41721: one port that speaks both versions, and lets a request smuggle another by the change from one to the other.</summary>
    [Fact]
    public async Task S21_Upgrade_FromHttp1ToHttp2_IsOnNoPort()
    {
        await using var server = await RunningServer.StartAsync();
        var addresses = server.Server.Addresses;
        foreach (var (address, speaksHttp1) in new[] { (addresses.Http, true), (addresses.Monitoring, true), (addresses.Xds, false) })
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address);
            await socket.SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"u8.ToArray());
            var answer = new byte[12];
            var read = await socket.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(30));
            var text = Encoding.ASCII.GetString(answer, 0, read);
            Assert.DoesNotContain(" 101", text, StringComparison.Ordinal);
            Assert.Equal(speaksHttp1, text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || text.StartsWith("HTTP/1.1 404", StringComparison.Ordinal));
        }
    }

    private static byte[] Varint(int number)
    {
        var bytes = new List<byte>();
        for (; number >= 128; number >>= 7)
            bytes.Add((byte)((number & 127) | 128));
        return [.. bytes, (byte)number];
    }
}
