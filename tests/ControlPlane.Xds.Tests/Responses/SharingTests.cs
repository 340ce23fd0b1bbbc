using System.Runtime.CompilerServices;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Responses;

/// <summary>What is true for many streams is computed once and held once, and old configurations are let go.</summary>
public sealed class SharingTests
{
    private readonly ConversationContext _context = new();

    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld)]
    [InlineData(XdsVariant.Delta)]
    public void TwoStreams_SameMove_ShareThePlan(XdsVariant variant)
    {
        var world = World();
        Conversation[] streams = [Start(variant, world.Current), Start(variant, world.Current)];
        world.Set(TestResource.Cluster("c1", "2"), TestResource.Endpoint("c1", "2")).Build();
        Assert.Same(streams[0].Next(world.Current)!.Plan, streams[1].Next(world.Current)!.Plan);
        Assert.Same(streams[0].Next(world.Current)!.Plan, streams[1].Next(world.Current)!.Plan);
    }

    [Fact]
    public void TwoStreams_SameNamesAdded_ShareTheNameSet()
    {
        var world = World();
        Conversation[] streams = [Start(XdsVariant.Delta, world.Current), Start(XdsVariant.Delta, world.Current)];
        foreach (var stream in streams)
            stream.Receive(XdsType.Endpoint, new DeltaRequest(["c" + 7], []));
        Assert.Same(streams[0][XdsType.Endpoint].Interest.Names, streams[1][XdsType.Endpoint].Interest.Names);
        Assert.Same(streams[0].Next(world.Current)!.Plan, streams[1].Next(world.Current)!.Plan);
    }

    [Fact]
    public void OldConfiguration_WhenNoStreamHasIt_IsCollected()
    {
        var world = World();
        var (stream, old) = StartAndMoveOn(world);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(old.TryGetTarget(out _));
        GC.KeepAlive(stream);
        GC.KeepAlive(_context);
    }

    // Not in the test itself: its frame would keep what it has touched.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (Conversation Stream, WeakReference<ResourceSet> Old) StartAndMoveOn(ConfigBuilder world)
    {
        var stream = Start(XdsVariant.Delta, world.Current);
        return (stream, MoveOn(world, stream));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<ResourceSet> MoveOn(ConfigBuilder world, Conversation stream)
    {
        var old = new WeakReference<ResourceSet>(world.Current[XdsType.Cluster]);
        for (var i = 0; i < 5; i++)
        {
            world.Set(TestResource.Cluster("c1", "move" + i)).Remove(XdsType.Cluster, "c" + (20 + i)).Build();
            while (stream.Next(world.Current) is { } response)
                stream.Receive(response.Type, new DeltaRequest([], []) { Nonce = response.Nonce });
        }

        return old;
    }

    private static ConfigBuilder World()
    {
        var world = new ConfigBuilder();
        for (var i = 0; i < 30; i++)
            world.Set(TestResource.Cluster("c" + i), TestResource.Endpoint("c" + i));
        world.Build();
        return world;
    }

    private Conversation Start(XdsVariant variant, EncodedConfig config)
    {
        var stream = new Conversation(variant, _context, "s");
        string[] names = ["c1", "c2"];
        stream.Receive(XdsType.Cluster, variant == XdsVariant.Delta ? new DeltaRequest([], []) : new SotwRequest([]));
        stream.Receive(XdsType.Endpoint, variant == XdsVariant.Delta ? new DeltaRequest(names, []) : new SotwRequest(names));
        while (stream.Next(config) is { } response)
        {
            stream.Receive(response.Type, variant == XdsVariant.Delta
                ? new DeltaRequest([], []) { Nonce = response.Nonce }
                : new SotwRequest(response.Type == XdsType.Cluster ? [] : names) { Nonce = response.Nonce });
        }

        return stream;
    }
}
