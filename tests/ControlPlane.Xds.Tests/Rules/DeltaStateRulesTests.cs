using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X43 to X53: versions, answers and removals of delta streams.</summary>
public sealed class DeltaStateRulesTests
{
    private static readonly NackDetail Refusal = new(13, "bad");

    [Fact]
    public async Task X43_InitialVersionOfSomethingGone_RemovedInTheFirstAnswer()
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Listener("a"), TestResource.Listener("b"));
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Listener, With([], ("a", "v1"), ("gone", "v1"), ("also", "")));
        var response = await client.AcceptAsync(XdsType.Listener);
        Assert.Equal(["b"], response.Names);
        Assert.Equal(["also", "gone"], response.Removed);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X43_InitialVersionOfAClusterThatIsGone_RemovedWhenTheFirstAnswerIsAccepted()
    {
        // Before that routes may come to light that name it (X55).
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, With([], ("a", "v1"), ("gone", "v1"), ("also", "")));
        var response = await client.ReceiveAsync();
        Assert.Equal(["b"], response.Names);
        Assert.Empty(response.Removed);
        await client.AssertQuietAsync();
        await client.AckAsync(response);
        Assert.Equal(["also", "gone"], (await client.AcceptAsync(XdsType.Cluster)).Removed);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X44_Versions_SameNotSentDifferentOrEmptySent()
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Endpoint("c"));
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Endpoint, With(["a", "b", "c"], ("a", "v1"), ("b", "v0"), ("c", "")));
        Assert.Equal(["b", "c"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X44_NothingChangedSinceTheLastStream_EmptyAnswer()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, With([], ("a", "v1"), ("b", "v1")));
        var response = await client.AcceptAsync(XdsType.Cluster);
        Assert.Empty(response.Names);
        Assert.Empty(response.Removed);
    }

    [Fact]
    public async Task X45_NamesOnlyInInitialVersions_AreNotSubscribed()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Endpoint, With(["a"], ("a", "v1"), ("b", "v1"), ("gone", "v1")));
        var response = Assert.Single(await client.DrainAsync());
        Assert.Empty(response.Names);
        Assert.Empty(response.Removed);
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Endpoint("b", "2"))));
    }

    [Fact]
    public async Task X46_AfterANack_SameBytesNotSentAgainUnprompted()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b", "c");
        var bad = await client.ReceiveAsync();
        await client.NackAsync(bad);
        await client.AssertQuietAsync();
        Assert.Equal("", StatusOf(server).AckedNonce);
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("x"))));
    }

    [Fact]
    public async Task X46_OneOfTheRefusedChanges_AllOfThemAreSentAndTheAckClearsTheError()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.NackAsync(await client.ReceiveAsync());
        await client.AssertQuietAsync();
        Assert.Equal("no", StatusOf(server).Subscription.LastError?.Message);
        server.Publish(TestResource.Endpoint("a", "good"));
        Assert.Equal(["a", "b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
        Assert.Null(StatusOf(server).Subscription.LastError);
    }

    [Fact]
    public async Task X46_AckOfAnotherResponse_LeavesTheErrorOfTheRefused()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.NackAsync(await client.ReceiveAsync());
        await client.SubscribeAsync(XdsType.Endpoint, "b");
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
        Assert.NotNull(StatusOf(server).Subscription.LastError);
    }

    [Fact]
    public async Task X19_NackNobodyExpects_IgnoredAndTheServerLives()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], []) { Nonce = "x-1", Error = Refusal });
        await client.AssertQuietAsync();
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest([], ["a"]));
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest([], []) { Nonce = response.Nonce, Error = Refusal });
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("x"))));
        Assert.Equal(0, server.Metrics.Sum("pilot_total_xds_rejects"));
    }

    [Fact]
    public async Task X47_StaleNonce_AckIgnoredSubscriptionApplied()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.ReceiveAsync();
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest(["b"], []) { Nonce = response.Nonce + "9" });
        Assert.Equal(["b"], Assert.Single(await client.DrainAsync()).Names);
        Assert.Equal("", StatusOf(server).AckedNonce);
        Assert.Equal(1, server.Metrics.Sum("pilot_xds_expired_nonce", "eds"));
    }

    [Fact]
    public async Task X48_AckThatChangesSubscriptions_IsBoth()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.ReceiveAsync();
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest(["b"], ["a"]) { Nonce = response.Nonce });
        Assert.Equal(["b"], Assert.Single(await client.DrainAsync()).Names);
        Assert.Equal(response.Nonce, StatusOf(server).AckedNonce);
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Endpoint("a", "2"))));
    }

    [Fact]
    public async Task X49_ClustersAfterEndpointsOnAReconnect_EndpointsOfThoseSentArePushedUnasked()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Endpoint, With(["a", "b"], ("a", "v1"), ("b", "v1")));
        Assert.Empty((await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.SendAsync(XdsType.Cluster, With([], ("a", "v1"), ("b", "v0")));
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Cluster)).Names);
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X49_ClustersBeforeEndpointsOnAReconnect_EndpointsOfThoseSentComeWhateverTheirVersion()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, With([], ("a", "v1"), ("b", "v0")));
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Cluster)).Names);
        await client.SendAsync(XdsType.Endpoint, With(["a", "b"], ("a", "v1"), ("b", "v1")));
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public async Task X49_ChangedCluster_ItsEndpointsAreSentAgainThoughUnchanged(XdsVariant variant)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        var pushed = await client.UntilAsync(server.Publish(TestResource.Cluster("a", "2")));
        Assert.Equal([XdsType.Cluster, XdsType.Endpoint], pushed.Select(r => r.Type));
        Assert.Equal(["a"], pushed[1].Names);
    }

    [Fact]
    public async Task X50_ExtensionConfigs_AreNeverRemoved()
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Make(XdsType.ExtensionConfig, "wasm"));
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.ExtensionConfig, "wasm", "ghost");
        var response = Assert.Single(await client.DrainAsync());
        Assert.Equal(["wasm"], response.Names);
        Assert.Empty(response.Removed);
        Assert.Empty(await client.UntilAsync(server.Remove(XdsType.ExtensionConfig, "wasm")));
        Assert.Equal(["ghost"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Make(XdsType.ExtensionConfig, "ghost")))).Names);
    }

    [Fact]
    public async Task X51_Removed_OnlyNamesTheClientHadSorted()
    {
        await using var server = await StartAsync();
        server.Publish([.. "zyxw".Select(c => TestResource.Make(XdsType.Secret, c.ToString()))]);
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Secret, "z", "x", "y");
        await client.AcceptAsync(XdsType.Secret);
        await client.AssertQuietAsync();
        var pushed = Assert.Single(await client.UntilAsync(server.Remove(XdsType.Secret, "z", "w", "x")));
        Assert.Equal(["x", "z"], pushed.Removed);
        Assert.Empty(pushed.Names);
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public async Task X52_Versions_AreEqualOnTwoServersThatCameToTheSameStateByOtherWays(XdsVariant variant)
    {
        await using var first = await StartAsync();
        await using var second = await XdsServer.StartAsync();
        second.Publish(TestResource.Cluster("b"), TestResource.Cluster("c"));
        second.Publish(TestResource.Cluster("a"));
        second.Remove(XdsType.Cluster, "c");
        var versions = new List<string>();
        foreach (var server in new[] { first, second })
        {
            using var client = server.Connect(variant);
            await client.SubscribeAsync(XdsType.Cluster);
            var response = await client.AcceptAsync(XdsType.Cluster);
            versions.Add(response.Version + string.Concat(response.Resources.Select(r => r.Version)));
        }

        Assert.Equal(versions[0], versions[1]);
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public async Task X53_ServiceDeleted_EndpointsBecomeEmptyNotRemoved(XdsVariant variant)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        server.World.Remove(XdsType.Cluster, "a");
        server.Remove(XdsType.Endpoint, "a");

        // First the cluster goes, then what it had: an endpoint set that a cluster uses is not emptied.
        Assert.DoesNotContain("a", (await client.AcceptAsync(XdsType.Cluster)).Names);
        var emptied = await client.AcceptAsync(XdsType.Endpoint);
        Assert.Equal("a", Assert.Single(emptied.Resources).Name);
        Assert.True(emptied.Resources[0].IsEmpty);
        Assert.Empty(emptied.Removed);
    }

    private static DeltaRequest With(string[] names, params (string Name, string Version)[] versions) =>
        new(names, []) { InitialVersions = versions.ToDictionary(v => v.Name, v => v.Version) };

    private static async Task<XdsServer> StartAsync()
    {
        var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Cluster("b"), TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        return server;
    }

    private static TypeStatus StatusOf(XdsServer server) =>
        server.Streams.List().Single().Types.Single(t => t.Type == XdsType.Endpoint);
}
