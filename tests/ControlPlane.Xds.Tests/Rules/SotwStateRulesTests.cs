using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X25 to X32: what state of the world responses hold.</summary>
public sealed class SotwStateRulesTests
{
    [Theory]
    [InlineData(XdsType.Cluster)]
    [InlineData(XdsType.Listener)]
    public async Task X25_ListenersAndClusters_AnsweredCompletelyMissingMeansDelete(XdsType type)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Make(type, "a"), TestResource.Make(type, "b"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(type);
        Assert.Equal(["a", "b"], (await client.AcceptAsync(type)).Names);
        server.Publish(TestResource.Make(type, "c"));
        Assert.Equal(["a", "b", "c"], (await client.AcceptAsync(type)).Names);
        server.Remove(type, "a");
        Assert.Equal(["b", "c"], (await client.AcceptAsync(type)).Names);
        server.Remove(type, "b", "c");
        Assert.Empty((await client.AcceptAsync(type)).Names);
        await client.AssertQuietAsync();
    }

    [Theory]
    [InlineData(XdsType.Cluster)]
    [InlineData(XdsType.Listener)]
    public async Task X25_NothingThereAtFirst_AnsweredEmptySoThatTheClientStarts(XdsType type)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(type);
        Assert.Empty((await client.AcceptAsync(type)).Names);
        await client.AssertQuietAsync();
    }

    [Fact]
    public async Task X26_WildcardInFourSteps_EndsWithNothing()
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Listener("A"), TestResource.Listener("B"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.DrainAsync();
        await client.SubscribeAsync(XdsType.Listener);
        var response = await client.ReceiveAsync();
        Assert.Equal(["A", "B"], response.Names);

        await client.SendAsync(XdsType.Listener, new SotwRequest(["*", "A"]) { Nonce = response.Nonce });
        response = (await client.DrainAsync()).LastOrDefault(response);
        Assert.Equal(["A", "B"], response.Names);
        response = Assert.Single(await client.UntilAsync(server.Publish(TestResource.Listener("B", "2"))));
        Assert.Equal(["A", "B"], response.Names);

        await client.SendAsync(XdsType.Listener, new SotwRequest(["A"]) { Nonce = response.Nonce });
        response = (await client.DrainAsync()).LastOrDefault(response);
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Listener("B", "3"))));
        response = Assert.Single(await client.UntilAsync(server.Publish(TestResource.Listener("A", "2"))));
        Assert.Equal(["A"], response.Names);

        await client.SendAsync(XdsType.Listener, new SotwRequest([]) { Nonce = response.Nonce });
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(TestResource.Listener("A", "3"), TestResource.Listener("B", "4"))));
    }

    [Fact]
    public async Task X27_MissingResource_RememberedAndSentWhenItAppears()
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "late");
        await client.SubscribeAsync(XdsType.Secret, "late");
        await client.AssertQuietAsync();
        var pushed = await client.UntilAsync(server.Publish(TestResource.Endpoint("late"), TestResource.Make(XdsType.Secret, "late")));
        Assert.Equal([XdsType.Endpoint, XdsType.Secret], pushed.Select(r => r.Type));
        Assert.All(pushed, r => Assert.Equal(["late"], r.Names));
    }

    [Fact]
    public async Task X28_NewlyRequestedName_SentEvenIfUnchangedAndSentBefore()
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "b");
        var response = await client.AcceptAsync(XdsType.Endpoint);
        await client.ChangeAsync(response, [], ["b"]);
        await client.ChangeAsync(response, ["b"], []);
        Assert.Equal(["b"], Assert.Single(await client.DrainAsync()).Names);
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public async Task X29_NameAskedTwice_IsInTheResponseOnce(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Endpoint("a"), TestResource.Cluster("a"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Endpoint, "a", "a");
        Assert.Equal(["a"], (await client.AcceptAsync(XdsType.Endpoint)).Names);
        await client.SubscribeAsync(XdsType.Cluster, "*", "a", "*");
        Assert.Equal(["a"], (await client.AcceptAsync(XdsType.Cluster)).Names);
    }

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public async Task X30_HundredUpdatesWithoutAChange_NoMessage(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Endpoint("a"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.AssertQuietAsync();
        for (var i = 0; i < 100; i++)
        {
            // Other objects of the same content, as from an engine that has lost its memory.
            server.World.Replace(XdsType.Cluster, ResourceSet.From([TestResource.Cluster("a")]));
            server.World.Replace(XdsType.Endpoint, ResourceSet.From([TestResource.Endpoint("a")]));
            Assert.Empty(await client.UntilAsync(server.Publish()));
        }
    }

    [Fact]
    public void X31_NewerRequestBeforeTheAnswer_OneAnswerToTheNewer()
    {
        var world = new ConfigBuilder().Set(TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        var stream = new Conversation(XdsVariant.StateOfTheWorld, new ConversationContext(), "s");
        stream.Receive(XdsType.Endpoint, new SotwRequest(["a"]));
        stream.Receive(XdsType.Endpoint, new SotwRequest(["b"]));
        Assert.Equal(["b"], stream.Next(world.Build())!.Plan.Resources.Select(r => r.Name));
        Assert.Null(stream.Next(world.Current));
    }

    [Fact]
    public async Task X31_NewerRequestOnTheWire_LeadsToWhatItAsks()
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Endpoint("a"), TestResource.Endpoint("b"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.SubscribeAsync(XdsType.Endpoint, "b");
        Assert.Equal(["b"], (await client.DrainAsync())[^1].Names);
    }

    [Fact]
    public async Task X32_EndpointsFirstAfterAReconnect_AnsweredOnceMoreAfterClusters()
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a"), TestResource.Endpoint("a"));
        using var client = server.Connect(XdsVariant.StateOfTheWorld);
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["a"]) { Nonce = "from-before-3" });
        var first = await client.AcceptAsync(XdsType.Endpoint);
        await client.SendAsync(XdsType.Cluster, new SotwRequest([]) { Nonce = "from-before-4" });
        await client.AcceptAsync(XdsType.Cluster);

        // Envoy asks once more with the nonce it has, for its clusters warm; the answer is on its way already.
        await client.SendAsync(XdsType.Endpoint, new SotwRequest(["a"]) { Nonce = first.Nonce });
        var more = Assert.Single(await client.DrainAsync());
        Assert.Equal((XdsType.Endpoint, "a"), (more.Type, more.Names.Single()));
        await client.AckAsync(more);
        await client.AssertQuietAsync();
    }
}
