using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X33 to X42: what a delta client is subscribed to.</summary>
public sealed class DeltaSubscriptionRulesTests
{
    [Theory]
    [InlineData]
    [InlineData("*")]
    public async Task X33_BothListsEmptyOrStar_IsWildcard(params string[] names)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Cluster, names);
        Assert.Equal(["a", "b"], (await client.AcceptAsync(XdsType.Cluster)).Names);
        await client.AssertQuietAsync();
        Assert.Equal(["c"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Cluster("c")))).Names);
    }

    [Fact]
    public async Task X33_OnlyUnsubscribeInTheFirstRequest_IsNoWildcard()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], ["a"]));
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("c"))));
    }

    [Theory]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Route)]
    [InlineData(XdsType.Secret)]
    public async Task X33_BothListsEmptyOfANamedType_IsNothing(XdsType type)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(type);
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Make(type, "c"))));
    }

    [Fact]
    public async Task X34_SubscribeAndUnsubscribeStarAtFirst_IsNothingUntilSomethingIsNamed()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest(["*"], ["*"]));
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("c"))));
        await client.SendAsync(XdsType.Cluster, new DeltaRequest(["a"], []));
        Assert.Equal(["a"], Assert.Single(await client.DrainAsync()).Names);
    }

    [Fact]
    public async Task X35_NameAddedWhileWildcard_KeepsTheWildcard()
    {
        await using var server = await StartAsync();
        using var client = await WildcardAsync(server);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest(["a"], []));
        Assert.Equal(["a"], Assert.Single(await client.DrainAsync()).Names);
        Assert.Equal(["c"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Cluster("c")))).Names);
    }

    [Fact]
    public async Task X36_UnsubscribingStar_KeepsTheNamed()
    {
        await using var server = await StartAsync();
        using var client = await WildcardAsync(server);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest(["a"], []));
        await client.DrainAsync();
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], ["*"]));
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("b", "2"))));
        Assert.Equal(["a"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Cluster("a", "2")))).Names);
    }

    [Fact]
    public async Task X37_UnsubscribingANameWhileWildcard_AnsweredWithItsState()
    {
        await using var server = await StartAsync();
        using var client = await WildcardAsync(server);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest(["a", "ghost"], []));
        await client.DrainAsync();
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], ["a"]));
        Assert.Equal(["a"], Assert.Single(await client.DrainAsync()).Names);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], ["ghost"]));
        Assert.Equal(["ghost"], Assert.Single(await client.DrainAsync()).Removed);
        Assert.Equal(["a"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Cluster("a", "2")))).Names);
    }

    [Fact]
    public async Task X38_EmptySetAfterSomethingWasNamed_IsNoWildcardAgain()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Cluster, "a");
        await client.AcceptAsync(XdsType.Cluster);
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], ["a"]));
        await client.SendAsync(XdsType.Cluster, new DeltaRequest([], []));
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Cluster("a", "2"), TestResource.Cluster("c"))));
    }

    [Fact]
    public async Task X39_PureUnsubscribeWithoutWildcard_NotAnswered()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest([], ["b"]));
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Endpoint("b", "2"))));
    }

    [Fact]
    public async Task X40_UnsubscribeOfAnUnknownName_HarmlessAndAckStateIntact()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Endpoint, new DeltaRequest([], ["ghost"]));
        await client.AssertQuietAsync();
        var status = server.Streams.List().Single().Types.Single(t => t.Type == XdsType.Endpoint);
        Assert.Equal(response.Nonce, status.AckedNonce);
        Assert.Equal(["a"], Assert.Single(await client.UntilAsync(server.Publish(TestResource.Endpoint("a", "2")))).Names);
    }

    [Theory]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Cluster)]
    public async Task X41_SubscribingAgain_IsSentAgain(XdsType type)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(type, "a", "b");
        await client.AcceptAsync(type);
        await client.SubscribeAsync(type, "a");
        Assert.Equal(["a"], Assert.Single(await client.DrainAsync()).Names);
    }

    [Fact]
    public async Task X41_SubscribingStarAgain_EverythingIsSentAgain()
    {
        await using var server = await StartAsync();
        using var client = await WildcardAsync(server);
        await client.SubscribeAsync(XdsType.Cluster, "*");
        Assert.Equal(["a", "b"], Assert.Single(await client.DrainAsync()).Names);
    }

    [Theory]
    [InlineData(XdsType.Cluster)]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Listener)]
    [InlineData(XdsType.Secret)]
    public async Task X42_NameThatDoesNotExist_RemovedAndSentWhenCreated(XdsType type)
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(type, "late", "later");
        var response = Assert.Single(await client.DrainAsync());
        Assert.Equal(["late", "later"], response.Removed);
        Assert.Empty(response.Names);
        var created = Assert.Single(await client.UntilAsync(server.Publish(TestResource.Make(type, "late"))));
        Assert.Equal(["late"], created.Names);
        Assert.Empty(created.Removed);
    }

    private static async Task<XdsServer> StartAsync()
    {
        var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Cluster("b"), TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        return server;
    }

    private static async Task<AdsClient> WildcardAsync(XdsServer server)
    {
        var client = server.Connect(XdsVariant.Delta);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.AssertQuietAsync();
        return client;
    }
}
