using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X55 and X56: routes that name a new cluster wait for the client to have it warm, and for nothing else.</summary>
public sealed class WarmingRulesTests
{
    private const string Secret = "secret";
    private static readonly XdsOptions NoLimit = new() { WarmingLimit = TimeSpan.FromHours(1) };

    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClusterAndRouteNewTogether_RouteWaitsUntilTheClusterIsWarm(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        PublishMove(server);
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Contains("new", clusters.Names);
        await AssertHeldAsync(client);

        // Envoy asks for endpoints and then for secrets, and does not answer the clusters as long as one of them warms.
        await client.SubscribeAsync(XdsType.Endpoint, "old", "new");
        Assert.Contains("new", (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await AssertHeldAsync(client);
        await client.AckAsync(clusters);
        Assert.Equal("2", (await client.AcceptAsync(XdsType.Listener)).Resources.Single().Content.Content);
        Assert.Equal("2", (await client.AcceptAsync(XdsType.Route)).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientNeverAsksForEndpoints_ItsAnswerToClustersIsEnough(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        PublishMove(server);
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        await AssertHeldAsync(client);
        await client.AckAsync(clusters);
        await client.AcceptAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Route);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientRefusesNewCluster_WaitsForItOnlyWhenItIsMended(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        PublishMove(server);
        await client.NackAsync(await ReceiveAsync(client, XdsType.Cluster));
        await client.AcceptAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Route);
        server.Publish(TestResource.Cluster("new", "2"), TestResource.Route("r", "3", "new"));
        var mended = await ReceiveAsync(client, XdsType.Cluster);
        if (!client.IsDelta)
            Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await AssertHeldAsync(client);
        await client.AckAsync(mended);
        await client.AcceptAsync(XdsType.Route);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClusterThatAsksForNoEndpoints_IsWaitedForToo(XdsVariant variant)
    {
        // It resolves a host name, or shares the endpoints of another cluster.
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        server.Publish(
            TestResource.Make(XdsType.Cluster, "dns"), TestResource.Cluster("twin", endpoints: "old"), TestResource.Route("r", "2", "dns", "twin"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await AssertHeldAsync(client);
        await client.AckAsync(clusters);
        await client.AcceptAsync(XdsType.Route);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_WhileRoutesWait_EndpointsAndSecretsAndClustersGoOn(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        PublishMove(server);
        await ReceiveAsync(client, XdsType.Cluster);
        server.Publish(TestResource.Endpoint("old", "scaled down"));
        Assert.Equal("scaled down", (await client.AcceptAsync(XdsType.Endpoint)).Resources.Single().Content.Content);
        server.Publish(TestResource.Make(XdsType.Secret, Secret, "rotated"));
        Assert.Equal("rotated", (await client.AcceptAsync(XdsType.Secret)).Resources.Single().Content.Content);

        // The newer cluster starts to warm: an answer to the older ones alone does not do.
        server.Publish(TestResource.Cluster("newer"), TestResource.Endpoint("newer"), TestResource.Route("r", "3", "newer"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "old", "new");
        await client.AcceptAsync(XdsType.Endpoint);
        await AssertHeldAsync(client);
        await client.AckAsync(clusters);
        await client.AcceptAsync(XdsType.Listener);
        Assert.Equal("3", (await client.AcceptAsync(XdsType.Route)).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_NewClusterGoesBeforeItIsWarm_NothingWaitsForItAnyLonger(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, variant);
        server.Publish(TestResource.Cluster("passing"), TestResource.Route("r", "2", "passing"));
        await ReceiveAsync(client, XdsType.Cluster);
        await AssertHeldAsync(client);
        server.World.Remove(XdsType.Cluster, "passing");
        server.Publish(TestResource.Route("r", "3", "old"));
        Assert.Equal("3", (await client.AcceptAsync(XdsType.Route)).Resources.Single().Content.Content);
        var clusters = await client.AcceptAsync(XdsType.Cluster);
        Assert.Equal(client.IsDelta ? ["passing"] : [], clusters.Removed);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClusterThatCannotWarm_RoutesFollowAfterTheLimitAndItIsCounted(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(new XdsOptions { WarmingLimit = TimeSpan.FromSeconds(1) });
        using var client = await RoutedAsync(server, variant);
        PublishMove(server);
        await ReceiveAsync(client, XdsType.Cluster);
        await client.AcceptAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Route);
        Assert.Equal(1, server.Metrics.Sum("controlplane_xds_warming_timeouts"));
        Assert.Single(server.Logs.Of(LogLevel.Information), l => l.Contains("were not warm after", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_StreamThatStarts_WaitsForNothing(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        server.Publish(TestResource.Cluster("new"), TestResource.Listener("l", "1", "r"), TestResource.Route("r", "1", "new"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Listener);
        await client.SubscribeAsync(XdsType.Route, "r");
        await ReceiveAsync(client, XdsType.Cluster);
        await ReceiveAsync(client, XdsType.Listener);
        await ReceiveAsync(client, XdsType.Route);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientThatAsksForClustersByName_WaitsForNothing(XdsVariant variant)
    {
        // A gRPC client asks for what its routes name: it can't have the clusters first.
        await using var server = await XdsServer.StartAsync(NoLimit);
        server.Publish(TestResource.Cluster("old"), TestResource.Route("r", "1", "old"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster, "old", "new");
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Route, "r");
        await client.AcceptAsync(XdsType.Route);
        server.Publish(TestResource.Cluster("new"), TestResource.Route("r", "2", "new"));
        await ReceiveAsync(client, XdsType.Cluster);
        await ReceiveAsync(client, XdsType.Route);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientThatReconnects_RoutesWaitForClustersOfTheMeantime(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        (await RoutedAsync(server, variant)).Dispose();
        PublishMove(server);
        using var client = server.Connect(variant);
        await client.SendAsync(XdsType.Cluster, Again(XdsVariant.Delta == variant, [], "old"));
        await client.SendAsync(XdsType.Endpoint, Again(client.IsDelta, ["old"], "old"));
        await client.SendAsync(XdsType.Listener, Again(client.IsDelta, [], "l"));
        await client.SendAsync(XdsType.Route, Again(client.IsDelta, ["r"], "r"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Contains("new", clusters.Names);
        await client.SubscribeAsync(XdsType.Secret, Secret);
        var next = await client.ReceiveAsync();
        if (next.Type == XdsType.Endpoint)
            next = await client.ReceiveAsync();
        Assert.Equal(XdsType.Secret, next.Type);
        await client.AckAsync(clusters);
        await ReceiveAsync(client, XdsType.Listener);
        await ReceiveAsync(client, XdsType.Route);
    }

    [Fact]
    public async Task X55_ClientThatReconnects_KeepsClustersOfItsOldRoutesUntilItAcceptsNewOnes()
    {
        await using var server = await XdsServer.StartAsync(NoLimit);
        server.Publish(TestResource.Cluster("new"), TestResource.Endpoint("new"), TestResource.Listener("l", "1", "r"), TestResource.Route("r", "2", "new"));
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, Again(delta: true, [], "old"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Empty(clusters.Removed);
        await client.SendAsync(XdsType.Endpoint, Again(delta: true, ["old"], "old"));
        await client.SendAsync(XdsType.Listener, Again(delta: true, [], "l"));
        await client.SendAsync(XdsType.Route, Again(delta: true, ["r"], "r"));

        // No endpoints that are empty: the removal of those in use changes nothing.
        Assert.Empty((await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AckAsync(clusters);
        await client.AcceptAsync(XdsType.Listener);
        var routes = await ReceiveAsync(client, XdsType.Route);
        await client.AssertQuietAsync();
        await client.NackAsync(routes);
        await client.AssertQuietAsync();
        server.Publish(TestResource.Route("r", "3", "new"));
        await client.AcceptAsync(XdsType.Route);
        Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Cluster)).Removed);
        await client.AssertQuietAsync();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientThatReconnectsWhileAClusterWarms_RoutesWaitUntilItAsksForClusters(XdsVariant variant)
    {
        // Envoy asks for no clusters meanwhile, and what its clusters wait for may be endpoints that it says to have.
        await using var server = await XdsServer.StartAsync(NoLimit);
        (await RoutedAsync(server, variant)).Dispose();
        PublishMove(server);
        using var client = server.Connect(variant);
        await client.SendAsync(XdsType.Endpoint, Again(client.IsDelta, ["old"], "old"));
        if (client.IsDelta)
            Assert.Empty((await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.SendAsync(XdsType.Listener, Again(client.IsDelta, [], "l"));
        await client.SendAsync(XdsType.Route, Again(client.IsDelta, ["r"], "r"));
        Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await AssertHeldAsync(client);
        await client.SendAsync(XdsType.Cluster, Again(client.IsDelta, [], "old"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Contains("new", clusters.Names);
        await client.AckAsync(clusters);
        Assert.Equal("2", (await client.AcceptAsync(XdsType.Listener)).Resources.Single().Content.Content);
        Assert.Equal("2", (await client.AcceptAsync(XdsType.Route)).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientThatReconnectsAndNeverAsksForClusters_WaitsNoLongerThanTheLimit(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(new XdsOptions { WarmingLimit = TimeSpan.FromSeconds(1) });
        (await RoutedAsync(server, variant)).Dispose();
        PublishMove(server);
        using var client = server.Connect(variant);
        await client.SendAsync(XdsType.Endpoint, Again(client.IsDelta, ["old"], "old"));
        await ReceiveAsync(client, XdsType.Endpoint);
        await client.SendAsync(XdsType.Listener, Again(client.IsDelta, [], "l"));
        await client.SendAsync(XdsType.Route, Again(client.IsDelta, ["r"], "r"));
        if (client.IsDelta)
            await client.AcceptAsync(XdsType.Endpoint);
        await client.AcceptAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Route);
        Assert.Equal(1, server.Metrics.Sum("controlplane_xds_warming_timeouts"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClientThatReconnectsAndAsksForListenersByName_WaitsForNothing(XdsVariant variant)
    {
        // A gRPC client asks for clusters last of all.
        await using var server = await XdsServer.StartAsync(NoLimit);
        server.Publish(TestResource.Listener("l", "2", "r"), TestResource.Route("r", "2", "new"));
        using var client = server.Connect(variant);
        await client.SendAsync(XdsType.Listener, Again(client.IsDelta, ["l"], "l"));
        await client.AcceptAsync(XdsType.Listener);
        await client.SendAsync(XdsType.Route, Again(client.IsDelta, ["r"], "r"));
        await client.AcceptAsync(XdsType.Route);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task X56_ChangeThatALaterCompleteResponseRepeats_GetsItsEndpointsAgain(bool refusedInTime)
    {
        // Whether the client took the change from the first response or takes it from the second is known too late or never.
        await using var server = await XdsServer.StartAsync(NoLimit);
        using var client = await RoutedAsync(server, XdsVariant.StateOfTheWorld);
        server.Publish(TestResource.Cluster("old", "2"));
        var clusters = await ReceiveAsync(client, XdsType.Cluster);
        Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        if (refusedInTime)
            await client.NackAsync(clusters);
        await AssertHeldAsync(client);
        server.Publish(TestResource.Cluster("spare"));
        Assert.Equal(["old", "spare"], (await ReceiveAsync(client, XdsType.Cluster)).Names);
        Assert.Equal(["old"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void X55_ClusterThatIsStuckForGood_DoesNotDelayLaterOnes(XdsVariant variant)
    {
        var simulation = new Simulation(variant);
        simulation.World.Set(TestResource.Cluster("old"), TestResource.Endpoint("old"), TestResource.Listener("l", "1", "r"), TestResource.Route("r", "1", "old")).Build();
        simulation.Connect();
        foreach (var type in (XdsType[])[XdsType.Cluster, XdsType.Listener])
            simulation.Send(type, simulation.Client.Open(type, wildcard: true, []));
        simulation.Send(XdsType.Endpoint, simulation.Client.Open(XdsType.Endpoint, wildcard: false, ["old"]));
        simulation.Send(XdsType.Route, simulation.Client.Open(XdsType.Route, wildcard: false, ["r"]));
        simulation.Settle();
        var server = simulation.Server;
        Assert.Equal([XdsType.Cluster], Say(TestResource.Cluster("stuck"), TestResource.Route("r", "2", "stuck")));
        Assert.True(server.IsHolding);
        server.StopHolding();
        Assert.Equal([XdsType.Route], Say());

        // From now on no answer to clusters comes. What shows nothing else is not waited for, what shows its endpoints is.
        Assert.Equal([XdsType.Cluster, XdsType.Route], Say(TestResource.Make(XdsType.Cluster, "dns"), TestResource.Route("r", "3", "dns")));
        Assert.Equal([XdsType.Cluster], Say(TestResource.Cluster("new"), TestResource.Endpoint("new"), TestResource.Route("r", "4", "new")));
        Assert.True(server.IsHolding);
        var endpoints = simulation.Client.Change(XdsType.Endpoint, wildcard: false, ["old", "new"]);
        server.Receive(XdsType.Endpoint, endpoints is SotwRequest sotw ? sotw with { Nonce = server.NonceOf(server[XdsType.Endpoint].SentNonce) } : endpoints);
        Assert.Equal([XdsType.Endpoint, XdsType.Route], Say());
        Assert.False(server.IsHolding);

        List<XdsType> Say(params EncodedResource[] resources)
        {
            var config = simulation.World.Set(resources).Build();
            var said = new List<XdsType>();
            while (server.Next(config) is { } response)
                said.Add(response.Type);
            return said;
        }
    }

    private static SubscriptionRequest Again(bool delta, string[] names, string known) => delta
        ? new DeltaRequest(names, []) { InitialVersions = new Dictionary<string, string> { [known] = TestResource.VersionOf("1") } }
        : new SotwRequest(names) { Version = "v" };

    private static void PublishMove(XdsServer server) => server.Publish(
        TestResource.Cluster("new"), TestResource.Endpoint("new"), TestResource.Listener("l", "2", "r"), TestResource.Route("r", "2", "new"));

    private static async Task<ReceivedResponse> ReceiveAsync(AdsClient client, XdsType type)
    {
        var response = await client.ReceiveAsync();
        Assert.Equal(type, response.Type);
        return response;
    }

    /// <summary>A secret that was asked for after a change comes before the change's listeners and routes.</summary>
    private static async Task AssertHeldAsync(AdsClient client)
    {
        await client.SubscribeAsync(XdsType.Secret, Secret);
        await client.AcceptAsync(XdsType.Secret);
    }

    private static async Task<AdsClient> RoutedAsync(XdsServer server, XdsVariant variant)
    {
        server.Publish(TestResource.Make(XdsType.Secret, Secret));
        var client = await RoutedClient.ConnectAsync(server, variant);
        await client.SubscribeAsync(XdsType.Secret, Secret);
        await client.AcceptAsync(XdsType.Secret);
        return client;
    }
}
