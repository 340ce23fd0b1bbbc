using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Tests.Streams;

/// <summary>What operators see of streams.</summary>
public sealed class DiagnosticsTests
{
    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task SyncState_FollowsTheConversation(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        var response = await client.ReceiveAsync();
        Assert.Equal(SyncState.Stale, StateOf(server));
        await client.AckAsync(response);
        await client.DrainAsync();
        Assert.Equal(SyncState.Synced, StateOf(server));
        server.Publish(TestResource.Cluster("a", "bad"));
        await client.NackAsync(await client.ReceiveAsync());
        await client.DrainAsync();
        Assert.Equal(SyncState.Error, StateOf(server));
        await client.SubscribeAsync(XdsType.Secret);
        await client.DrainAsync();
        var stream = server.Streams.List().Single();
        Assert.Equal(SyncState.NotSent, stream.Types.Single(t => t.Type == XdsType.Secret).State);
        Assert.Equal(variant, stream.Variant);
        Assert.NotEqual(default, stream.ConnectedAt);
        Assert.NotNull(stream.Types[0].SentAt);

        // A response is counted, here and there, once the transport has it.
        await Patiently.UntilAsync(() => server.Metrics.Sum("controlplane_xds_sent_bytes") == server.Streams.List().Single().BytesSent);
        Assert.NotEqual(0, server.Streams.List().Single().BytesSent);
        Assert.Equal(server.Metrics.Sum("controlplane_xds_sent_bytes"), server.Streams.List().Single().BytesSent);
    }

    [Fact]
    public async Task ClientThatRefusesEverything_IsLoggedOnceAnIntervalAndCountedAlways()
    {
        await using var server = await XdsServer.StartAsync(new XdsOptions { NackLogInterval = TimeSpan.FromHours(1) });
        using var client = server.Connect(XdsVariant.Delta);
        server.Publish(TestResource.Cluster("a", "0"));
        await client.SubscribeAsync(XdsType.Cluster);
        for (var i = 1; i <= 20; i++)
        {
            await client.NackAsync(await client.ReceiveAsync(), "reason of Envoy");
            server.Publish(TestResource.Cluster("a", i.ToString()));
        }

        await client.NackAsync(await client.ReceiveAsync(), "reason of Envoy");
        await client.DrainAsync();
        Assert.Single(server.Logs.Of(LogLevel.Warning), l => l.Contains("reason of Envoy", StringComparison.Ordinal));
        Assert.Equal(21, server.Metrics.Sum("pilot_total_xds_rejects", "cds"));
    }

    [Fact]
    public async Task Metrics_CountPushesAndStreams()
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Endpoint("a"));
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.DrainAsync();
        await client.UntilAsync(server.Publish(TestResource.Endpoint("a", "2")));
        await client.DrainAsync();
        Assert.Equal(1, server.Metrics.Sum("pilot_xds_pushes", "cds"));
        Assert.Equal(2, server.Metrics.Sum("pilot_xds_pushes", "eds"));
        Assert.Equal(1, server.Metrics.Sum("pilot_xds"));
        Assert.True(server.Metrics.Sum("pilot_proxy_convergence_time") > 0);
    }

    [Fact]
    public async Task Identifier_IsInEveryResponse()
    {
        await using var server = await XdsServer.StartAsync(new XdsOptions { Identifier = """{"Component":"istiod"}""" });
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        Assert.Equal("""{"Component":"istiod"}""", client.LastIdentifier);
    }

    [Fact]
    public async Task FaultOfTheEngine_EndsTheStreamWithInternalAndIsLogged()
    {
        await using var server = await XdsServer.StartAsync();
        server.ExpectErrors = true;
        server.Hub.OnInterest = (_, _, _) => throw new InvalidOperationException("the engine is broken");
        using var client = server.Connect(XdsVariant.Delta);
        await client.TrySubscribeAsync(XdsType.Cluster);
        var status = await client.EndAsync();
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.DoesNotContain("broken", status.Detail);
        Assert.Contains(server.Logs.Of(LogLevel.Error), l => l.Contains("the engine is broken", StringComparison.Ordinal));
        Assert.Equal(1, server.Metrics.Sum("pilot_total_xds_internal_errors"));
    }

    private static SyncState StateOf(XdsServer server) => server.Streams.List().Single().Types.Single(t => t.Type == XdsType.Cluster).State;
}
