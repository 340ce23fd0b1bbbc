using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X54 to X59: push order, make before break, warming.</summary>
public sealed class OrderRulesTests
{
    private static readonly XdsType[] PushOrder =
        [XdsType.Cluster, XdsType.Endpoint, XdsType.Listener, XdsType.Route, XdsType.Secret, XdsType.ExtensionConfig, XdsType.NameTable, XdsType.ProxyConfig];

    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X54_ChangeOfAllTypes_IsPushedInOrder(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish([.. PushOrder.Select(t => TestResource.Make(t, "n"))]);
        using var client = server.Connect(variant);
        foreach (var type in PushOrder.Reverse())
        {
            await client.SubscribeAsync(type, type.AllowsWildcard() ? [] : ["n"]);
            var response = await client.ReceiveAnyAsync();
            Assert.Equal(type, response.Type);
            await client.AckAsync(response);
        }

        server.Publish([.. PushOrder.Select(t => TestResource.Make(t, "n", "2"))]);
        foreach (var type in PushOrder)
        {
            var response = await client.ReceiveAnyAsync();
            Assert.Equal(type, response.Type);
            Assert.Contains(response.Resources, r => r.Content.Content == "2");
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X54_TypeWithoutSubscription_NothingOfItIsSent(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Listener);
        await client.AcceptAsync(XdsType.Listener);
        await client.AssertQuietAsync();
        var pushed = await client.UntilAsync(server.Publish([.. PushOrder.Take(6).Select(t => TestResource.Make(t, "n"))]));
        Assert.Equal(XdsType.Listener, Assert.Single(pushed).Type);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_RouteMovesToAnotherCluster_OldOneGoesWhenTheRouteIsAccepted(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = await RoutedAsync(server, variant);
        server.World.Remove(XdsType.Cluster, "old").Remove(XdsType.Endpoint, "old");
        server.Publish(TestResource.Cluster("new"), TestResource.Endpoint("new"), TestResource.Route("r", "2", "new"));
        var clusters = await client.AcceptAsync(XdsType.Cluster);
        Assert.Equal(variant == XdsVariant.Delta ? ["new"] : ["new", "old"], clusters.Names);
        Assert.Empty(clusters.Removed);
        var route = await client.ReceiveAsync();
        Assert.Equal(XdsType.Route, route.Type);
        await client.AssertQuietAsync();
        await client.AckAsync(route);
        await AssertOldGoesAsync(client);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_RouteRefused_OldClusterStaysUntilALaterRouteIsAccepted(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = await RoutedAsync(server, variant);
        server.World.Remove(XdsType.Cluster, "old").Remove(XdsType.Endpoint, "old");
        server.Publish(TestResource.Cluster("new"), TestResource.Endpoint("new"), TestResource.Route("r", "2", "new"));
        await client.AcceptAsync(XdsType.Cluster);
        await client.NackAsync(await client.ReceiveAsync());
        await client.AssertQuietAsync();
        server.Publish(TestResource.Route("r", "3", "new"));
        await client.AcceptAsync(XdsType.Route);
        await AssertOldGoesAsync(client);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_ClusterThatNothingNames_GoesAtOnce(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("spare"));
        using var client = await RoutedAsync(server, variant);
        server.Remove(XdsType.Cluster, "spare");
        var response = await client.AcceptAsync(XdsType.Cluster);
        if (variant == XdsVariant.Delta)
            Assert.Equal(["spare"], response.Removed);
        else
            Assert.Equal(["old"], response.Names);
        await client.AssertQuietAsync();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X55_NoAckOfClusters_HoldsNothingBack(XdsVariant variant)
    {
        // Envoy holds back the ACK of clusters while one of them warms, for however long that takes.
        await using var server = await XdsServer.StartAsync();
        using var client = await RoutedAsync(server, variant);
        for (var i = 2; i < 10; i++)
        {
            var text = i.ToString();
            server.Publish(TestResource.Cluster("old", text), TestResource.Endpoint("old", text), TestResource.Route("r", text, "old"));
            Assert.Equal(XdsType.Cluster, (await client.ReceiveAsync()).Type);
            Assert.Equal(text, (await client.ReceiveAsync()).Resources.Single().Content.Content);
            Assert.Equal(text, (await client.ReceiveAsync()).Resources.Single().Content.Content);
        }
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld, 11)]
    [InlineData(XdsVariant.Delta, 12)]
    public async Task X55_TenThousandRandomEdits_RecorderFindsNoBreak(XdsVariant variant, int seed)
    {
        const int edits = 10_000;
        var random = new Random(seed);
        var world = new RoutedWorld(random);

        // Longer than a busy machine keeps the client from answering, and less than the client's patience.
        await using var server = await XdsServer.StartAsync(new XdsOptions { WarmingLimit = TimeSpan.FromSeconds(40) });
        world.Edit(server.World);
        server.Publish();
        using var run = new RecordedRun(server, variant, seed);
        for (var i = 0; i < edits; i++)
        {
            // Mostly the next edit comes in the middle of a push, at times after its end.
            await run.MakeRoomAsync(all: random.Next(3) == 0);
            world.Edit(server.World, build: false);
            server.Publish();
        }

        await run.FinishAsync(server.World.Current.Snapshot);
        var recorder = run.Recorder;
        Assert.True(recorder.RoutesSeen > edits / 10, $"only {recorder.RoutesSeen} routes were seen");
        Assert.True(recorder.RemovalsSeen > edits / 50, $"only {recorder.RemovalsSeen} removals were seen");
        var texts = server.Logs.Entries.Select(e => e.Text).ToArray();
        var stuck = Array.FindIndex(texts, t => t.Contains("were not warm after", StringComparison.Ordinal));
        Assert.True(stuck < 0, string.Join('\n', texts.Take(stuck + 1).TakeLast(60)));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X56_ClusterWithoutEndpointSet_GetsAnEmptyOne(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("bare"), TestResource.Cluster("named", endpoints: "other"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "bare", "other");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        Assert.Equal(["bare", "other"], response.Names);
        Assert.All(response.Resources, r => Assert.True(r.IsEmpty));
        Assert.Empty(response.Removed);
        await client.AssertQuietAsync();

        // A changed cluster warms again.
        var pushed = await client.UntilAsync(server.Publish(TestResource.Cluster("bare", "2")));
        Assert.Equal([XdsType.Cluster, XdsType.Endpoint], pushed.Select(r => r.Type));
        Assert.True(Assert.Single(pushed[1].Resources).IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X57_RouteUnknownOrGone_IsEmptySoThatEnvoyDoesNotWait(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Route("there"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Route, "there", "unknown");
        var response = await client.AcceptAsync(XdsType.Route);
        Assert.Equal([false, true], response.Resources.Select(r => r.IsEmpty));
        Assert.Empty(response.Removed);
        await client.AssertQuietAsync();
        var gone = Assert.Single(await client.UntilAsync(server.Remove(XdsType.Route, "there")));
        Assert.Equal("there", Assert.Single(gone.Resources).Name);
        Assert.True(gone.Resources[0].IsEmpty);
        Assert.Empty(gone.Removed);
        var known = Assert.Single(await client.UntilAsync(server.Publish(TestResource.Route("unknown"))));
        Assert.False(Assert.Single(known.Resources).IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X58_UnknownSecret_DoesNotBlockTheOthers(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Make(XdsType.Secret, "good"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Secret, "bad", "good");
        var response = await client.AcceptAsync(XdsType.Secret);
        Assert.Equal(["good"], response.Names);
        Assert.Equal(variant == XdsVariant.Delta ? ["bad"] : [], response.Removed);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X59_OneSecretUnderTwoNames_AnsweredUnderBothAndPushedWhenRecreated(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        string[] names = ["kubernetes://cert", "kubernetes://shop/cert"];
        EncodedResource[] secrets = [.. names.Select(n => TestResource.Make(XdsType.Secret, n))];
        server.Publish(secrets);
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Secret, names);
        Assert.Equal(names, (await client.AcceptAsync(XdsType.Secret)).Names);
        await client.AssertQuietAsync();
        var removed = await client.UntilAsync(server.Remove(XdsType.Secret, names));
        Assert.Equal(variant == XdsVariant.Delta ? names : [], removed.SelectMany(r => r.Removed));
        Assert.Equal(names, Assert.Single(await client.UntilAsync(server.Publish(secrets))).Names);
    }

    private static async Task<AdsClient> RoutedAsync(XdsServer server, XdsVariant variant)
    {
        var client = await RoutedClient.ConnectAsync(server, variant);
        await client.AssertQuietAsync();
        return client;
    }

    private static async Task AssertOldGoesAsync(AdsClient client)
    {
        var clusters = await client.AcceptAsync(XdsType.Cluster);
        Assert.Equal(client.IsDelta ? [] : ["new"], clusters.Names);
        Assert.Equal(client.IsDelta ? ["old"] : [], clusters.Removed);
    }
}
