using ControlPlane.Grpc.Server;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Rules;

/// <summary>X60 to X65: many events, many clients, slow clients.</summary>
public sealed class FanOutRulesTests
{
    // More than HTTP/2 windows and buffers take of a stream that nobody reads.
    private static readonly string Big = new('x', 3_000_000);

    public static TheoryData<XdsVariant> Variants => [XdsVariant.StateOfTheWorld, XdsVariant.Delta];

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X60_EventsWhileAPushIsInFlight_MergeIntoOnePush(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("big", Big), TestResource.Cluster("small", "0"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await Patiently.UntilAsync(() => server.Streams.List() is [{ Types: [{ SentNonce.Length: > 0 }] }]);
        for (var i = 1; i <= 100; i++)
            server.Publish(TestResource.Cluster("small", i.ToString()), TestResource.Cluster("s" + i));
        Assert.Contains((await client.AcceptAsync(XdsType.Cluster)).Resources, r => r is { Name: "small", Content.Content: "0" });
        var merged = await client.AcceptAsync(XdsType.Cluster);
        Assert.Contains(merged.Resources, r => r is { Name: "small", Content.Content: "100" });
        Assert.Equal(100, merged.Names.Count(n => n.Length > 1 && char.IsDigit(n[^1])));
        await client.AssertQuietAsync();
    }

    [Fact]
    public void X61_ThousandConfigurations_OnlyTheNewestIsTaken()
    {
        var inbox = new StreamInbox(TimeProvider.System, new NobodyWaits());
        var world = new ConfigBuilder();
        for (var i = 0; i < 1000; i++)
            inbox.OnConfig(world.Build());
        Assert.True(inbox.TryTakeConfig(out var config, out _));
        Assert.Same(world.Current, config);
        Assert.False(inbox.TryTakeConfig(out _, out _));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X61_ConstantEvents_ClientsKeepUp(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        using var stop = new CancellationTokenSource();
        var published = 0;
        var events = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                server.Publish(TestResource.Cluster("a", (published + 1).ToString()));
                Volatile.Write(ref published, published + 1);
                await Task.Yield();
            }
        });

        // However many events there are, what was published before a request is in what is said soon after it.
        for (var i = 0; i < 50; i++)
        {
            var before = Volatile.Read(ref published);
            var content = 0;
            while (content < before)
                content = int.Parse((await client.AcceptAsync(XdsType.Cluster)).Resources.Single().Content.Content);
        }

        await stop.CancelAsync();
        await events;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X63_OlderConfigurationAfterANewer_IsNotPushed(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Cluster("a", "1"));
        var older = server.Hub.Current!;
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.AcceptAsync(XdsType.Cluster);
        await client.AssertQuietAsync();
        await client.UntilAsync(server.Publish(TestResource.Cluster("a", "2")));
        server.Hub.Sessions.Single().Tell(older);
        await client.AssertQuietAsync();
        server.Publish(TestResource.Cluster("a", "3"));
        Assert.Equal("3", (await client.ReceiveAsync()).Resources.Single().Content.Content);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X64_ChangeOfWhatIsNotAskedFor_SendsNothing(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        server.Publish(TestResource.Endpoint("a"), TestResource.Route("r"), TestResource.Listener("l"));
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Endpoint, "a");
        await client.AcceptAsync(XdsType.Endpoint);
        await client.SubscribeAsync(XdsType.Route, "r");
        await client.AcceptAsync(XdsType.Route);
        await client.SubscribeAsync(XdsType.Listener, "l");
        await client.AcceptAsync(XdsType.Listener);
        await client.AssertQuietAsync();
        Assert.Empty(await client.UntilAsync(server.Publish(
            TestResource.Endpoint("b"), TestResource.Route("s"), TestResource.Listener("m"), TestResource.Cluster("c"), TestResource.Make(XdsType.Secret, "t"))));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X64_Interest_IsDeclaredToTheEngine(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync();
        using var client = server.Connect(variant);
        await client.SubscribeAsync(XdsType.Cluster);
        await client.SubscribeAsync(XdsType.Endpoint, "b", "a");
        await client.DrainAsync();
        var interests = server.Hub.Interests.Where(i => i.Type <= XdsType.Endpoint).ToArray();
        Assert.Equal(new Interest(true, NameSet.Empty), interests[0].Interest);
        Assert.Equal(new Interest(false, NameSet.From(["a", "b"])), interests[1].Interest);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task X65_ClientThatReadsNothing_DelaysNobodyAndIsCutOff(XdsVariant variant)
    {
        await using var server = await XdsServer.StartAsync(grpc: new GrpcServerOptions { FlushTimeout = TimeSpan.FromSeconds(3) });
        server.Publish(TestResource.Listener("big", Big), TestResource.Cluster("a", "0"));
        using var slow = server.Connect(variant);
        await slow.SubscribeAsync(XdsType.Listener);
        await Patiently.UntilAsync(() => server.Streams.List() is [{ Types: [{ SentNonce.Length: > 0 }] }]);
        using var quick = server.Connect(variant, "sidecar~10.0.0.2~quick.shop~shop.svc.cluster.local");
        await quick.SubscribeAsync(XdsType.Cluster);
        await quick.AcceptAsync(XdsType.Cluster);
        for (var i = 1; i <= 50; i++)
        {
            server.Publish(TestResource.Cluster("a", i.ToString()));
            Assert.Equal(i.ToString(), (await quick.AcceptAsync(XdsType.Cluster)).Resources.Single().Content.Content);
        }

        await server.Hub.SessionsAsync(1);

        // A stream leaves the hub a moment before it leaves the registry.
        await Patiently.UntilAsync(() => server.Streams.List() is [{ Proxy.Id: var id }] && id.Contains("quick", StringComparison.Ordinal));
        await quick.AssertQuietAsync();
    }

    private sealed class NobodyWaits : IInboxWriter
    {
        public void GoOn() => throw new InvalidOperationException("It does not wait.");
    }
}
