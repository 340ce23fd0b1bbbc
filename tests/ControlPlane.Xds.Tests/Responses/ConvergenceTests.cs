using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;

namespace ControlPlane.Xds.Tests.Responses;

/// <summary>After any sequence of edits, subscriptions, refusals and reconnects a client ends with exactly what it asked for.</summary>
public sealed class ConvergenceTests
{
    private const int Steps = 400;
    private static readonly XdsType[] Types = [XdsType.Cluster, XdsType.Endpoint, XdsType.Listener, XdsType.Route, XdsType.Secret];
    private static readonly string[] Names = [.. Enumerable.Range(0, 8).Select(i => "n" + i)];

    public static TheoryData<XdsVariant, int> Seeds()
    {
        var data = new TheoryData<XdsVariant, int>();
        for (var seed = 0; seed < 150; seed++)
        {
            data.Add(XdsVariant.StateOfTheWorld, seed);
            data.Add(XdsVariant.Delta, seed);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void RandomSteps_ThenQuiet_ClientHasWhatItAskedFor(XdsVariant variant, int seed)
    {
        var random = new Random(seed);
        var simulation = new Simulation(variant);
        simulation.World.Build();
        simulation.Connect();
        for (var i = 0; i < Steps; i++)
            Step(simulation, random);

        simulation.Settle();
        Check(simulation, refusedMayBeOld: true);

        // What was refused is sent again when it changes.
        foreach (var type in Types)
            simulation.World.Set([.. Names.Where(_ => random.Next(4) > 0).Select(n => Make(type, n, "last" + random.Next()))]);
        foreach (var type in Types)
            simulation.World.Set([.. simulation.Server[type].Rejected.Select(n => Make(type, n, "good"))]);
        simulation.World.Build();
        simulation.Settle();
        Check(simulation, refusedMayBeOld: false);
    }

    private static EncodedResource Make(XdsType type, string name, string content) => TestResource.Make(
        type, name, content, type is XdsType.Cluster or XdsType.Listener ? [name] : []);

    private static void Step(Simulation simulation, Random random)
    {
        switch (random.Next(20))
        {
            case < 4:
                Edit(simulation.World, random);
                break;
            case < 7:
                Subscribe(simulation, random);
                break;
            case < 11:
                simulation.DeliverRequest();
                break;
            case < 15:
                simulation.Speak();
                break;
            case < 19:
                simulation.DeliverResponse(accept: random.Next(5) > 0);
                break;
            default:
                if (random.Next(10) == 0)
                    Reconnect(simulation, random);
                break;
        }
    }

    private static void Edit(ConfigBuilder world, Random random)
    {
        for (var i = random.Next(3); i >= 0; i--)
        {
            var type = Types[random.Next(Types.Length)];
            var name = Names[random.Next(Names.Length)];
            if (random.Next(3) == 0)
                world.Remove(type, name);
            else
                world.Set(Make(type, name, random.Next(3).ToString()));
        }

        world.Build();
    }

    private static void Subscribe(Simulation simulation, Random random)
    {
        var type = Types[random.Next(Types.Length)];
        var state = simulation.Client[type];
        var names = Names.Where(_ => random.Next(3) == 0).ToArray();
        var wildcard = type.AllowsWildcard() && random.Next(2) == 0;
        simulation.Send(type, state.Opened ? simulation.Client.Change(type, wildcard, names) : simulation.Client.Open(type, wildcard, names));
    }

    private static void Reconnect(Simulation simulation, Random random)
    {
        var opened = Types.Where(t => simulation.Client[t].Opened).ToArray();
        random.Shuffle(opened);
        simulation.Connect();
        foreach (var type in opened)
        {
            var state = simulation.Client[type];
            simulation.Send(type, simulation.Client.Open(type, state.Wildcard, state.Names, withVersions: random.Next(4) > 0));
        }
    }

    private static void Check(Simulation simulation, bool refusedMayBeOld)
    {
        foreach (var type in Types)
        {
            var state = simulation.Client[type];
            var set = simulation.World.Current[type];
            var refused = simulation.Server[type].Rejected;

            // A client that refused listeners or routes keeps the clusters that its old ones may name.
            var keeps = refusedMayBeOld && type is XdsType.Cluster or XdsType.Endpoint
                && (simulation.Server[XdsType.Listener].Rejected.Count > 0 || simulation.Server[XdsType.Route].Rejected.Count > 0);
            foreach (var name in Names.Where(state.Wants).Where(n => !refusedMayBeOld || !refused.Contains(n)))
            {
                var has = state.Resources.GetValueOrDefault(name);
                if (set.Find(name) is { } wanted)
                    Assert.True(has is not null && TestResource.VersionOf(has.Content.Content) == wanted.Version, $"{type} {name}: {has}, not {wanted.Version}\n{simulation.LogOf(type)}");
                else if (!keeps && !(type == XdsType.Secret && simulation.Client.Variant == XdsVariant.StateOfTheWorld))
                    Assert.True(has is null || has.IsEmpty, $"{type} {name} does not exist, client has {has}\n{simulation.LogOf(type)}");
            }

            Assert.All(state.Resources.Keys, n => Assert.True(state.Wants(n)));
        }
    }
}
