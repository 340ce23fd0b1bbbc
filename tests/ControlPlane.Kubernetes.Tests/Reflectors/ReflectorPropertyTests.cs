using System.Globalization;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

public sealed class ReflectorPropertyTests
{
    /// <summary>CONTROLPLANE_REFLECTOR_STEPS sets the number of steps of each seed, e.g. 100000.</summary>
    private static readonly int Steps = int.TryParse(
        Environment.GetEnvironmentVariable("CONTROLPLANE_REFLECTOR_STEPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var steps) ? steps : 10_000;

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(3, 32)]
    [InlineData(4, 32)]
    public async Task K12_RandomEditsDisconnectsCompactionsAndReplays_EndWithTheServersState(int seed, int minor)
    {
        await using var test = new ReflectorHarness();
        (test.Server.Minor, test.Server.Replays) = (minor, 0.05);
        var random = new Random(seed);
        test.Start();
        for (var i = 0; i < Steps; i++)
        {
            Step(test, random);
            if (random.Next(50) == 0)
                await Task.Delay(1);
        }

        test.Put("last", 1);
        await test.Until(() => test.Names.Contains("last:1", StringComparison.Ordinal), () => $"seed {seed}");
        var server = test.Server.State(ReflectorHarness.Services, o => $"{o["metadata"]!["name"]}:{o["spec"]!["ports"]![0]!["port"]}");
        Assert.Equal(string.Join(' ', server.Order(StringComparer.Ordinal)), test.Names);
        Assert.Equal(server.Length, test.Reflector.Status.Objects);
        Assert.Equal(0, test.Reflector.Status.ReceiverFaults);
    }

    private static void Step(ReflectorHarness test, Random random)
    {
        var name = $"s{random.Next(40)}";
        switch (random.Next(1000))
        {
            case < 300:
                test.Delete(name);
                break;
            case 300:
                test.Server.Disconnect();
                break;
            case 301 or 302:
                test.Server.Compact();
                break;
            case 303:
                test.Server.Compact();
                test.Server.Disconnect();
                break;
            case 304:
                test.Server.Bookmark();
                break;
            default:
                test.Put(name, random.Next(1, 100));
                break;
        }
    }
}
