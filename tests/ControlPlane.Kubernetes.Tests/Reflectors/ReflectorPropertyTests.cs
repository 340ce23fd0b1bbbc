namespace ControlPlane.Kubernetes.Tests.Reflectors;

public sealed class ReflectorPropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RandomEditsDisconnectsAndCompactions_EndWithTheServersState(int seed)
    {
        await using var test = new ReflectorHarness();
        var random = new Random(seed);
        test.Start();
        for (var i = 0; i < 25_000; i++)
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
                case 305:
                    await Task.Yield();
                    break;
                default:
                    test.Put(name, random.Next(1, 100));
                    break;
            }

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
}
