using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Responses;

/// <summary>What a settled stream costs, without its connection.</summary>
[Collection(AloneCollection.Name)]
public sealed class MemoryTests
{
    private const int Streams = 200;
    private const int Rounds = 5;
    private const int MostBytes = 8 * 1024;

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public void SettledStream_CostsTheSameWithFewAndManyServices(XdsVariant variant)
    {
        BytesPerStream(variant, 10);
        var few = Typical(variant, 50);
        var many = Typical(variant, 2_000);
        Assert.True(many < MostBytes, $"{many} bytes a stream with 2,000 services");
        Assert.True(many - few < 512, $"{few} bytes a stream with 50 services, {many} with 2,000");
    }

    /// <summary>The middle one of some: what the tests before have left ends in the meantime, and its memory comes and goes.</summary>
    private static long Typical(XdsVariant variant, int services) =>
        Enumerable.Range(0, Rounds).Select(_ => BytesPerStream(variant, services)).Order().ElementAt(Rounds / 2);

    private static long BytesPerStream(XdsVariant variant, int services)
    {
        string[] names = [.. Enumerable.Range(0, services).Select(i => "s" + i)];
        var world = new ConfigBuilder();
        world.Set([.. names.Select(n => TestResource.Cluster(n))]).Set([.. names.Select(n => TestResource.Endpoint(n))]).Build();
        var context = new ConversationContext();

        // The first one makes what all of them share.
        var streams = new List<Conversation>(Streams + 1) { Settle(variant, context, world.Current, names) };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Streams; i++)
            streams.Add(Settle(variant, context, world.Current, names));
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(streams);
        GC.KeepAlive(world);
        return (after - before) / Streams;
    }

    private static Conversation Settle(XdsVariant variant, ConversationContext context, EncodedConfig config, string[] names)
    {
        var stream = new Conversation(variant, context, "s");
        stream.Receive(XdsType.Cluster, Request(variant, []));
        stream.Receive(XdsType.Endpoint, Request(variant, names));
        while (stream.Next(config) is { } response)
        {
            var asked = variant == XdsVariant.StateOfTheWorld && response.Type == XdsType.Endpoint ? names : [];
            stream.Receive(response.Type, Request(variant, asked) with { Nonce = response.Nonce });
        }

        return stream;
    }

    private static SubscriptionRequest Request(XdsVariant variant, string[] names) =>
        variant == XdsVariant.Delta ? new DeltaRequest(names, []) : new SotwRequest(names);
}
