using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X13 to X24: requests, ACKs and NACKs of state of the world streams.</summary>
public sealed class SotwRulesTests
{
    private static readonly NackDetail Refusal = new(13, "bad");

    [Fact]
    public async Task X13_EmptyNonce_AnsweredWithCurrentState()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        Assert.Equal(["a", "b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X14_NonceAndVersionAfterARestart_Answered()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SendAsync(XdsType.Cluster, new SotwRequest([]) { Nonce = "from-before-7" });
        Assert.Equal(["a", "b"], (await client.AcceptAsync(XdsType.Cluster)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X15_NonceOfTheLastAndSameNames_IsAck()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        Assert.Equal(response.Nonce, StatusOf(server, XdsType.Endpoint).AckedNonce);
    }

    [Fact]
    public async Task X16_SameNamesInAnotherOrder_IsStillAck()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        var response = await client.ReceiveAsync();
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["b", "a"]) { Nonce = response.Nonce });
        await client.AssertQuietAsync();
        Assert.Equal(response.Nonce, StatusOf(server, XdsType.Endpoint).AckedNonce);
    }

    [Fact]
    public async Task X17_ErrorDetail_IsNackStoredAndCountedNotAnswered()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Cluster);
        var good = await client.AcceptAsync(XdsType.Cluster);
        server.Publish(TestResource.Cluster("a", "bad"));
        var bad = await client.ReceiveAsync();
        await client.NackAsync(bad, "the reason");
        await client.AssertQuietAsync();
        var status = StatusOf(server, XdsType.Cluster);
        Assert.Equal(good.Nonce, status.AckedNonce);
        Assert.Equal(bad.Nonce, status.SentNonce);
        Assert.Equal("the reason", status.Subscription.LastError?.Message);
        Assert.Equal(SyncState.Error, status.State);
        Assert.Equal(1, server.Metrics.Sum("pilot_total_xds_rejects", "cds"));
        Assert.Contains(server.Logs.Entries, e => e.Text.Contains("the reason", StringComparison.Ordinal));
    }

    [Fact]
    public async Task X18_ChangeAfterANack_IsSentAndItsAckClearsTheError()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.NackAsync(await client.ReceiveAsync());
        await client.AssertQuietAsync();
        server.Publish(TestResource.Endpoint("a", "good"));
        Assert.Equal("good", (await client.AcceptAsync(XdsType.Endpoint)).Resources.Single().Content.Content);
        await client.AssertQuietAsync();
        Assert.Null(StatusOf(server, XdsType.Endpoint).Subscription.LastError);
    }

    [Fact]
    public async Task X19_NackOfATypeNeverRequested_Ignored()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SendAsync(XdsType.Cluster, new SotwRequest([]) { Nonce = "x-1", Error = Refusal });
        await client.AssertQuietAsync();
        server.Publish(TestResource.Cluster("c"));
        await client.AssertQuietAsync();
        Assert.Equal(0, server.Metrics.Sum("pilot_total_xds_rejects"));
    }

    [Fact]
    public async Task X19_NackBeforeAnyResponseOrAfterUnsubscribe_Ignored()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "ghost");
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["ghost"]) { Nonce = "x-1", Error = Refusal });
        await client.AssertQuietAsync();
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Endpoint, new SotwRequest([]) { Nonce = response.Nonce });
        await client.SendAsync(XdsType.Endpoint, new SotwRequest([]) { Nonce = response.Nonce, Error = Refusal });
        await client.AssertQuietAsync();
        Assert.Null(StatusOf(server, XdsType.Endpoint).Subscription.LastError);
        Assert.Equal(0, server.Metrics.Sum("pilot_total_xds_rejects"));
    }

    [Fact]
    public async Task X20_StaleNonce_IgnoredAndCounted()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var old = await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        server.Publish(TestResource.Endpoint("a", "2"));
        await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["a", "b"]) { Nonce = old.Nonce });
        await client.AssertQuietAsync();
        Assert.Equal(1, server.Metrics.Sum("pilot_xds_expired_nonce", "eds"));
        server.Publish(TestResource.Endpoint("b", "2"));
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X20_NameLeftOutByAStaleRequestAndNamedAgain_IsSentAgain()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        var old = await client.AcceptAsync(XdsType.Endpoint);
        server.Publish(TestResource.Endpoint("a", "2"));
        var last = await client.ReceiveAsync();

        // The client drops b before it has read the last response, and wants it again after.
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["a"]) { Nonce = old.Nonce });
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["a", "b"]) { Nonce = last.Nonce });
        Assert.Equal(["b"], Assert.Single(await client.DrainAsync()).Names);
    }

    [Fact]
    public async Task X21_AddedNames_AnsweredWithTheAddedAlone()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        var first = await client.AcceptAsync(XdsType.Endpoint);
        await client.ChangeAsync(first, ["b"], []);
        Assert.Equal(["b"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X21_AddedListenerName_AnsweredCompletely()
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Listener("l1"), TestResource.Listener("l2"), TestResource.Listener("l3"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Listener, "l1");
        var first = await client.AcceptAsync(XdsType.Listener);
        Assert.Equal(["l1"], first.Names);
        await client.ChangeAsync(first, ["l2"], []);
        Assert.Equal(["l1", "l2"], (await client.AcceptAsync(XdsType.Listener)).Names);
    }

    [Fact]
    public async Task X22_RemovedNames_NotAnsweredAndNotPushedLater()
    {
        await using var server = await StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        await client.ChangeAsync(await client.AcceptAsync(XdsType.Endpoint), [], ["b"]);
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Endpoint("b", "2"))));
        var pushed = await client.UntilAsync(server.Publish(TestResource.Endpoint("a", "2"), TestResource.Endpoint("b", "3")));
        Assert.Equal(["a"], Assert.Single(pushed).Names);
    }

    [Theory]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Route)]
    [InlineData(XdsType.Secret)]
    [InlineData(XdsType.ExtensionConfig)]
    public async Task X23_EmptyNames_UnsubscribeWithoutAnswerOrLaterPush(XdsType type)
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Make(type, "n"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(type, "n");
        var response = await client.AcceptAsync(type);
        await client.SendAsync(type, new SotwRequest([]) { Nonce = response.Nonce });
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Make(type, "n", "2"))));
    }

    [Theory]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Route)]
    [InlineData(XdsType.Secret)]
    [InlineData(XdsType.ExtensionConfig)]
    public async Task X24_EmptyNamesFirst_AreNoWildcard(XdsType type)
    {
        await using var server = await StartAsync();
        server.Publish(TestResource.Make(type, "n"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(type);
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Make(type, "n", "2"))));
    }

    private static async Task<XdsServer> StartAsync()
    {
        var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Cluster("b"), TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        return server;
    }

    private static TypeStatus StatusOf(XdsServer server, XdsType type) =>
        server.Streams.List().Single().Types.Single(t => t.Type == type);
}
