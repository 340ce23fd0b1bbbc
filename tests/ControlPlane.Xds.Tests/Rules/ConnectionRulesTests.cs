using ControlPlane.Grpc.Server;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.NodeAuthorization;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;
using Envoy.Config.Core.V3;
using Grpc.Core;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X1 to X12: the beginning of streams, nonces and unknown types.</summary>
public sealed class ConnectionRulesTests
{
    private const string HealthType = "type.googleapis.com/istio.v1.HealthInformation";

    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X1_FirstMessageWithoutNodeId_InvalidArgumentAndNothingRegistered(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant, nodeId: "");
        await client.TrySubscribeAsync(XdsType.Cluster);
        var status = await client.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains("node.id is missing", status.Detail);
        Assert.Empty(server.Hub.Connected);
        Assert.Equal(0, server.Streams.Count);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X1_IdOfAPlainEnvoy_InvalidArgumentSaysWhatIsWrong(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant, nodeId: "front-proxy");
        await client.TrySubscribeAsync(XdsType.Cluster);
        var status = await client.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains("node.id 'front-proxy' has 1 parts", status.Detail);
        Assert.Contains("sidecar|router", status.Detail);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X2_LaterMessagesWithoutOrWithAnotherNode_ChangeNothing(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Endpoint("a"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        client.Node = new Node { Id = "router~10.0.0.9~gw-1.other~other.svc.cluster.local" };
        client.SendNode = true;
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        Assert.Equal(AdsClient.DefaultNodeId, Assert.Single(server.Hub.Connected).Id);
        Assert.Equal(AdsClient.DefaultNodeId, Assert.Single(server.Streams.List()).Proxy.Id);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X3_HealthMessages_AreSkippedBeforeAndAfterTheFirstRequest(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"));
        using var client = server.Connect(variant);
        SubscriptionRequest health = variant == XdsVariant.Delta ? new DeltaRequest([], []) : new SotwRequest([]);
        client.SendNode = false;
        await client.SendAsync(HealthType, health);
        client.SendNode = true;
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SendAsync(HealthType, health with { Error = new NackDetail(1, "unhealthy") });
        await client.AssertQuietAsync();
        Assert.Single(server.Hub.Connected);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X4_SourcesNotRead_UnavailableAtOnce(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Hub.IsReady = false;
        using var client = server.Connect(variant);
        await client.TrySubscribeAsync(XdsType.Cluster);
        Assert.Equal(StatusCode.Unavailable, (await client.EndAsync()).StatusCode);
        Assert.Empty(server.Hub.Connected);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X5_OverTheStreamRate_ResourceExhausted(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(new XdsOptions { MaxNewStreamsPerSecond = 0.01 });
        server.Publish(TestResource.Cluster("a"));
        using var first = server.Connect(variant);
        await first.SubscribeAsync(XdsType.Cluster);
        await first.AcceptAsync(XdsType.Cluster);
        using var second = server.Connect(variant);
        await second.TrySubscribeAsync(XdsType.Cluster);
        Assert.Equal(StatusCode.ResourceExhausted, (await second.EndAsync()).StatusCode);
        Assert.Equal(1, server.Metrics.Sum("controlplane_xds_refused_streams", nameof(StatusCode.ResourceExhausted)));
    }

    [Fact]
    public async Task X5_BelowASecond_Waits()
    {
        var admission = new StreamAdmission(4, new StoppedClock());
        Assert.True(admission.WaitAsync(default).IsCompletedSuccessfully);
        var waits = Enumerable.Range(0, 3).Select(_ => admission.WaitAsync(default)).ToArray();
        Assert.False(waits[2].IsCompleted);
        var refused = Assert.Throws<RpcException>(() => { _ = Enumerable.Range(0, 3).Select(_ => admission.WaitAsync(default)).ToArray(); });
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        await Task.WhenAll(waits);
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld, StatusCode.Unauthenticated)]
    [InlineData(XdsVariant.StateOfTheWorld, StatusCode.PermissionDenied)]
    [InlineData(XdsVariant.Delta, StatusCode.Unauthenticated)]
    [InlineData(XdsVariant.Delta, StatusCode.PermissionDenied)]
    public async Task X6_AuthorizerDenies_CodeBeforeAnyConfigurationIsComputed(XdsVariant variant, StatusCode code)
    {
        var authorizer = new FixedAuthorizer(new NodeAuthorizationResult(code, "not yours"));
        await using var server = await XdsServer.StartAsync(authorizer: authorizer);
        using var client = server.Connect(variant);
        await client.TrySubscribeAsync(XdsType.Cluster);
        Assert.Equal(new Status(code, "not yours"), await client.EndAsync());
        Assert.Empty(server.Hub.Connected);
        Assert.Equal("shop", Assert.Single(authorizer.Asked).Namespace);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X7_FloodOfRequests_DoesNotKeepPushesBack(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        using var client = server.Connect(variant);
        await client.DrainAsync();
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await client.SubscribeAsync(XdsType.Endpoint, "a");
        });
        for (var i = 0; i < 20; i++)
            await client.UntilAsync(server.Publish(TestResource.Cluster("c" + i)));
        await stop.CancelAsync();
        await flood;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X8_TwoStreamsWithOneNodeId_BothServedAndTheNewOneOutlivesTheOld(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"));
        using var fresh = server.Connect(variant);
        using (var old = server.Connect(variant))
        {
            foreach (var client in new[] { old, fresh })
            {
                await client.SubscribeAsync(XdsType.Cluster);
                await client.AcceptAsync(XdsType.Cluster);
            }

            Assert.Equal(2, server.Streams.Count);
        }

        await server.Hub.SessionsAsync(1);
        server.Publish(TestResource.Cluster("a", "2"));
        Assert.Equal("2", (await fresh.AcceptAsync(XdsType.Cluster)).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X9_ChangeBeforeTheFirstConfiguration_IsNeitherLostNorPushedEarly(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"));
        var first = server.Hub.Current!;
        server.Hub.HoldFirst = true;
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await server.Hub.SessionsAsync(1);
        server.Publish(TestResource.Cluster("a", "2"));
        var pending = client.ReceiveAsync();
        Assert.False(pending.IsCompleted);
        server.Hub.Sessions.Single().Release(first);
        Assert.Equal("1", (await pending).Resources.Single().Content.Content);
        await client.AckAsync(await pending);
        Assert.Equal("2", (await client.AcceptAsync(XdsType.Cluster)).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X10_UnknownType_NoAnswerNoErrorStreamStays(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.SendAsync("type.googleapis.com/no.such.Type", variant == XdsVariant.Delta ? new DeltaRequest(["a"], []) : new SotwRequest(["a"]));
        await client.AssertQuietAsync();
        Assert.Equal(1, server.Streams.Count);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X11_EveryResponse_HasAFreshNonceAndContentNeverGoesBack(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a", "0"));
        using var client = server.Connect(variant);
        await client.DrainAsync();
        await client.SubscribeAsync(XdsType.Cluster);
        var seen = new List<ReceivedResponse> { await client.AcceptAsync(XdsType.Cluster) };
        for (var i = 1; i < 20; i++)
        {
            server.Publish(TestResource.Cluster("a", i.ToString()));
            seen.Add(await client.AcceptAsync(XdsType.Cluster));
        }

        Assert.Distinct(seen.Select(r => r.Nonce));
        Assert.Distinct(seen.Select(r => r.Version));
        Assert.Equal(Enumerable.Range(0, 20), seen.Select(r => int.Parse(r.Resources.Single().Content.Content)));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X12_NonceOfAnEarlierStream_CountsAsInitial(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"));
        using var old = server.Connect(variant);
        await old.SubscribeAsync(XdsType.Cluster);
        var nonce = (await old.AcceptAsync(XdsType.Cluster)).Nonce;
        using var client = server.Connect(variant);
        await client.SendAsync(XdsType.Cluster, variant == XdsVariant.Delta ? new DeltaRequest([], []) { Nonce = nonce } : new SotwRequest([]) { Nonce = nonce });
        Assert.Equal(["a"], (await client.AcceptAsync(XdsType.Cluster)).Names);
        await client.AssertQuietAsync();
        Assert.Equal(0, server.Metrics.Sum("pilot_xds_expired_nonce"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task NameThatIsNotUtf8_InvalidArgumentNamesTheField(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.TrySubscribeAsync(XdsType.Endpoint, "a\uFFFDb");
        var status = await client.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains("resource_names", status.Detail);
        Assert.Contains("ClusterLoadAssignment", status.Detail);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task ClientCompletes_StreamEndsWithOkAndIsForgotten(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.AssertQuietAsync();
        Assert.Equal(StatusCode.OK, (await client.CompleteAsync()).StatusCode);
        await server.Hub.SessionsAsync(0);

        // A stream leaves the hub a moment before it is counted no more.
        await Patiently.UntilAsync(() => server.Metrics.Sum("pilot_xds") == 0 && server.Streams.Count == 0);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X67_ConnectionAge_EndsTheStreamSoThatTheClientGoesElsewhere(XdsVariant variant)
    {
        var grpc = new GrpcServerOptions { MaxConnectionAge = TimeSpan.FromMilliseconds(300), DrainGrace = TimeSpan.FromMilliseconds(100) };
        await using var server = await XdsServer.StartAsync(grpc: grpc);
        using var client = server.Connect(variant);
        await client.TrySubscribeAsync(XdsType.Cluster);
        Assert.Equal(StatusCode.Unavailable, (await client.EndAsync()).StatusCode);
        await server.Hub.SessionsAsync(0);
    }

    /// <summary>A clock on which no time passes between two calls; its timers are the system's.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
