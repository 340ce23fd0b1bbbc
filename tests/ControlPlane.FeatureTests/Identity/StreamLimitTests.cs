using ControlPlane.Composition.Identity;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;
using ControlPlane.Security.Callers;
using ControlPlane.Security.Identities;
using ControlPlane.Testing.Http2;
using Grpc.Core;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>T3: how many streams a connection may have, and how fast an identity and all together may open some.</summary>
public class StreamLimitTests
{
    private const string Ads = "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";

    private static readonly string Clusters = XdsType.Cluster.TypeUrl();

    [Theory]
    [InlineData(20, false)]
    [InlineData(20, true)]
    [InlineData(3, true, "--max-streams-per-connection", "3")]
    public async Task T3_Connection_MayHaveSoManyStreams_AndTheNextIsRefused(uint most, bool secure, params string[] settings)
    {
        await using var server = await SecureServer.StartAsync(settings);
        await using var client = await Http2Client.ConnectAsync(
            secure ? server.Address : server.Running.Server.Addresses.Xds, new Http2ClientOptions { Tls = secure });
        await client.WaitForAsync(static frame => frame.Type == FrameType.Settings);
        Assert.Equal(most, client.ServerSettings![Setting.MaxConcurrentStreams]);

        // Streams that wait for their first message; a client that does not heed what was announced.
        for (var i = 0; i <= most; i++)
            await client.SendAsync(Frame.Headers((2 * i) + 1, HeaderBlock.Call(Ads)));
        var first = await client.WaitForAsync(static frame => frame.Type is FrameType.ResetStream or FrameType.GoAway).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((FrameType.ResetStream, (2 * (int)most) + 1), (first.Type, first.Stream));

        // Another connection has its own.
        using var other = server.Connect(server.Token(), Node("web-1"));
        await other.AskAsync(Clusters);
    }

    [Fact]
    public async Task T3_Identity_ThatOpensStreamsWithoutEnd_IsRefused_AndAnotherIsNot()
    {
        await using var server = await SecureServer.StartAsync("--max-identity-stream-rate", "0.5", "--max-stream-rate", "1000");
        var budget = (int)(0.5 * RateBudget<SpiffeId>.Burst.TotalSeconds);
        for (var i = 0; i < budget; i++)
        {
            using var client = server.Connect(server.Token(), Node($"web-{i}"));
            await client.AskAsync(Clusters);
        }

        // On a busy machine some of the budget has come back meanwhile.
        var refused = false;
        for (var i = 0; i < 50 && !refused; i++)
        {
            using var next = server.Connect(server.Token(), Node("web-x"));
            refused = await IsRefusedAsync(next);
        }

        Assert.True(refused, "nothing was refused");
        using var other = server.Connect(server.Token(account: "other"), Node("other-1", "other"));
        await other.AskAsync(Clusters);
    }

    [Fact]
    public async Task T3_Identity_OverItsLimit_TakesNoTurnOfTheOthers()
    {
        // All have two streams in the time of this test: one that waits for nothing and one that waits less than a second.
        await using var server = await SecureServer.StartAsync("--max-identity-stream-rate", "0.01", "--max-stream-rate", "1.1");
        using var first = server.Connect(server.Token(), Node("web-1"));
        await first.AskAsync(Clusters);
        for (var i = 0; i < 20; i++)
        {
            using var flood = server.Connect(server.Token(), Node("web-1"));
            Assert.True(await IsRefusedAsync(flood));
        }

        using var other = server.Connect(server.Token(account: "other"), Node("other-1", "other"));
        await other.AskAsync(Clusters);
    }

    [Fact]
    public async Task X5_All_TogetherOverTheLimit_AreRefused_AlsoWithoutTls()
    {
        await using var server = await SecureServer.StartAsync("--max-stream-rate", "0.001");
        using var first = server.Connect(server.Token(), Node("web-1"));
        await first.AskAsync(Clusters);

        // What was refused gives its place back: the place of a proxy is free for all of these.
        for (var i = 0; i < 2 * StreamPlaces.MaxOfProxy; i++)
        {
            using var next = server.Connect(server.Token(), Node("web-2"));
            var refusal = await next.RefusedAsync(Clusters);
            Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
            Assert.Contains("new streams per second", refusal.Detail, StringComparison.Ordinal);
        }

        using var plain = server.Running.Connect();
        Assert.Equal(StatusCode.ResourceExhausted, (await plain.RefusedAsync(Clusters)).StatusCode);
    }

    [Fact]
    public void T3_Budget_OfAnIdentity_IsTenSecondsOfTheRate_AndRefillsEvenly()
    {
        var clock = new Clock();
        var rates = new RateBudget<SpiffeId>(2, clock);
        var (web, other) = (SpiffeId.Create("cluster.local", "shop", "web"), SpiffeId.Create("cluster.local", "shop", "other"));
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => rates.TryTake(web)));
        Assert.True(rates.TryTake(other));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(2, Enumerable.Range(0, 100).Count(_ => rates.TryTake(web)));
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => rates.TryTake(web)));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Count(_ => new RateBudget<SpiffeId>(null, clock).TryTake(web)));
    }

    private static async Task<bool> IsRefusedAsync(AdsClient client)
    {
        try
        {
            await client.AskAsync(Clusters);
            return false;
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.ResourceExhausted)
        {
            return true;
        }
    }

    private static string Node(string pod, string account = "web") => $$$"""
        {"id": "sidecar~10.1.0.11~{{{pod}}}.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "SERVICE_ACCOUNT": "{{{account}}}"}}
        """;

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
