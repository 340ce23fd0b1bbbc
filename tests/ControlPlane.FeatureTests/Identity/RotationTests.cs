using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Xunit.Abstractions;

namespace ControlPlane.FeatureTests.Identity;

/// <summary>A root is replaced, twice, while workloads are connected and connect to each other: at no moment does one refuse another.</summary>
public class RotationTests(ITestOutputHelper output)
{
    private const int Workloads = 100, WithAgent = 20, HandshakesPerStep = 500, Rotations = 2;

    private static readonly string[] Steps = ["prepare", "activate", "retire"];

    [Fact]
    public async Task Root_ReplacedTwice_UnderAHundredLiveClients_FailsNoHandshake()
    {
        await using var server = await SecureServer.StartAsync();
        var workloads = await Task.WhenAll(Enumerable.Range(0, Workloads).Select(i => StartAsync(server, i)));
        try
        {
            var roots = new HashSet<string> { workloads[0].Now.Roots };
            await using var load = new HandshakeLoad(workloads);
            await load.WaitForMoreAsync(HandshakesPerStep);
            foreach (var step in Enumerable.Repeat(Steps, Rotations).SelectMany(static steps => steps))
            {
                Assert.Equal(step == "prepare" ? 1 : 2, Trusted(await server.AuthorityAsync("status")));
                await server.AuthorityAsync(step, force: step != "prepare");
                await server.Running.Server.Authority.RefreshAsync(default);

                // One half has followed and the other has not, for a while.
                await FollowAsync(workloads[..(Workloads / 2)], step);
                await load.WaitForMoreAsync(HandshakesPerStep);
                await FollowAsync(workloads[(Workloads / 2)..], step);
                await load.WaitForMoreAsync(HandshakesPerStep);
                if (step == "retire")
                    roots.Add(Assert.Single(workloads.Select(workload => workload.Now.Roots).Distinct()));
            }

            output.WriteLine($"{load.Succeeded} handshakes, {load.Failures.Count} failed");
            Assert.True(load.Failures.Count == 0, $"{load.Failures.Count} of {load.Succeeded} failed: {string.Join('\n', load.Failures.Take(10))}");
            Assert.InRange(load.Succeeded, HandshakesPerStep * ((2 * Steps.Length * Rotations) + 1), int.MaxValue);
            Assert.Equal(1 + Rotations, roots.Count);
            using var last = X509Certificate2.CreateFromPem(server.Roots);
            Assert.All(workloads, workload => Assert.Equal((last.Subject, server.Roots), (workload.Now.Leaf.Issuer, workload.Now.Roots)));
        }
        finally
        {
            foreach (var workload in workloads)
                workload.Dispose();
        }
    }

    /// <summary>What the load would report if a step were left out: it is not that nothing can fail there.</summary>
    [Fact]
    public async Task Root_ReplacedAtOnce_FailsHandshakes()
    {
        await using var server = await SecureServer.StartAsync();
        var workloads = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => StartAsync(server, WithAgent + i)));
        await using (var load = new HandshakeLoad(workloads))
        {
            await load.WaitForMoreAsync(10);
            Assert.Empty(load.Failures);
            foreach (var step in Steps)
                await server.AuthorityAsync(step, force: step != "prepare");
            await server.Running.Server.Authority.RefreshAsync(default);
            await workloads[0].FollowAsync(roots: true, certificate: true);
            while (load.Failures.Count == 0)
                await load.WaitForMoreAsync(1);
        }

        foreach (var workload in workloads)
            workload.Dispose();
    }

    private static async Task<Workload> StartAsync(SecureServer server, int i) =>
        i < WithAgent ? await AgentWorkload.StartAsync(server, $"sa{i}") : await StreamingWorkload.StartAsync(server, $"sa{i}");

    private static Task FollowAsync(IEnumerable<Workload> workloads, string step) =>
        Task.WhenAll(workloads.Select(workload => workload.FollowAsync(roots: step != "activate", certificate: step == "activate")));

    private static int Trusted(JsonElement status) => status.GetProperty("trusted").GetArrayLength();
}
