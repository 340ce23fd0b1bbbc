using System.Globalization;
using ControlPlane.Testing.Network;
using ControlPlane.Translation.Simulation;
using Xunit.Abstractions;

namespace ControlPlane.EndToEnd.Simulation;

/// <summary>
/// The simulation against real Envoys. CONTROLPLANE_SIMULATION_MESHES says how many meshes, 5 if unset (20 are the whole), and
/// CONTROLPLANE_SIMULATION_SEED which is the first, 1 if unset.
/// </summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const int RequestsPerMesh = 200;

    [InterceptionFact]
    public async Task RandomRequests_OnRandomMeshes_MeetWhatTheSimulationSays()
    {
        var (first, meshes) = (Setting("SEED", 1), Setting("MESHES", 5));
        await using var world = await SimulationWorld.StartAsync();
        var (problems, forwarded) = (new List<string>(), 0);
        for (var seed = first; seed < first + meshes; seed++)
        {
            var (found, outcomes) = await world.CompareAsync(seed, RequestsPerMesh);
            output.WriteLine($"seed {seed}: {found.Count} differences in {RequestsPerMesh} requests: {string.Join(", ", outcomes.OrderBy(o => o.Key).Select(o => $"{o.Value} {o.Key}"))}");
            problems.AddRange(found);
            forwarded += outcomes.GetValueOrDefault(ExplanationOutcome.Forwarded);
        }

        Assert.True(problems.Count == 0, $"{problems.Count} differences:\n{string.Join('\n', problems.Take(40))}");
        Assert.True(forwarded > meshes * RequestsPerMesh / 4, $"only {forwarded} requests were forwarded, so that little was compared");
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_SIMULATION_" + name), CultureInfo.InvariantCulture, out var value) ? value : usual;
}
