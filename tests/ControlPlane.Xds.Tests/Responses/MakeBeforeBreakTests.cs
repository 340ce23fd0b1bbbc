using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Responses;

/// <summary>X55 and X56 without a transport, with many interleavings: a recorder looks at every message that reaches the client.</summary>
public sealed class MakeBeforeBreakTests
{
    // A state of the world client that comes back loses at once what is gone: its first answer is complete, and what it has is not known.
    [Theory]
    [InlineData(XdsVariant.StateOfTheWorld, 1, 0)]
    [InlineData(XdsVariant.StateOfTheWorld, 2, 0)]
    [InlineData(XdsVariant.Delta, 3, 0)]
    [InlineData(XdsVariant.Delta, 4, 0)]
    [InlineData(XdsVariant.Delta, 5, 200)]
    [InlineData(XdsVariant.Delta, 6, 1000)]
    public void TenThousandEdits_WithDelaysAndRefusals_NoRouteLosesItsCluster(XdsVariant variant, int seed, int reconnects)
    {
        var random = new Random(seed);
        var world = new RoutedWorld(random);
        var simulation = new Simulation(variant);
        world.Edit(simulation.World);
        simulation.Connect();
        var warming = new EnvoyWarming(simulation.Client, simulation.Send);
        var recorder = new BreakRecorder(simulation.Client, warming);
        var follower = new EnvoyFollower(simulation.Client, warming, simulation.Send);
        simulation.OnReceive = recorder.BeforeReceive;
        simulation.Answer = warming.Answer;
        simulation.Received = (response, _) => follower.After(response);
        follower.Start();
        for (var edits = 0; edits < 10_000;)
        {
            if (random.Next(100_000) < reconnects)
            {
                simulation.Connect();
                warming.Disconnect();
                follower.Start();
            }

            if (!Step(simulation, random))
            {
                world.Edit(simulation.World);
                if (++edits % 100 == 0)
                    AssertNobodyWaits(simulation, warming);
            }
        }

        world.Edit(simulation.World, everything: true);
        simulation.Settle();
        Assert.True(recorder.RoutesSeen > 1_000, $"only {recorder.RoutesSeen} routes were seen");
        Assert.True(recorder.RemovalsSeen > 500, $"only {recorder.RemovalsSeen} removals were seen");
        Assert.True(warming.Added > 500, $"only {warming.Added} new clusters were seen");
        AssertNobodyWaits(simulation, warming);

        // What the client refused to let go is not asked of it again.
        Assert.Equal(
            simulation.World.Current[XdsType.Cluster].Resources.Select(r => r.Name),
            simulation.Client[XdsType.Cluster].Resources.Keys.Except(simulation.Server[XdsType.Cluster].Rejected).Order(StringComparer.Ordinal));
    }

    // One message moves on, or none: then it is time for an edit.
    private static bool Step(Simulation simulation, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                return false;
            case < 4:
                simulation.DeliverRequest();
                return true;
            case < 7:
                simulation.Speak();
                return true;
            default:
                simulation.DeliverResponse(accept: random.Next(20) > 0);
                return true;
        }
    }

    /// <summary>When all was said and heard, no cluster warms any more, and nothing is held back for it.</summary>
    private static void AssertNobodyWaits(Simulation simulation, EnvoyWarming warming)
    {
        simulation.Settle();
        Assert.True(warming.IsWarm, $"the client waits for endpoints\n{simulation.LogOf(XdsType.Cluster)}\n{simulation.LogOf(XdsType.Endpoint)}");
        Assert.False(simulation.Server.IsHolding, $"the server waits for clusters\n{simulation.LogOf(XdsType.Cluster)}");
    }
}
