using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>Weights and subsets that change under load.</summary>
[Collection(TrafficCollection.Name)]
public class ChangeTests(TrafficFixture fixture)
{
    [InterceptionFact]
    public async Task Weights_ShiftedAHundredTimes_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        mesh.Objects.Write("shift-rule", TrafficObjects.DestinationRule("shift", TrafficObjects.BothSubsets));
        await mesh.Sidecar.WaitForAsync("/clusters", "|v1|shift.");
        await mesh.Sidecar.WaitForAsync("/clusters", "|v2|shift.");
        await ShiftAsync(mesh, 100);

        var (succeeded, failures) = await mesh.UnderLoadAsync("shift", async () =>
        {
            for (var weight = 99; weight >= 0; weight--)
                await ShiftAsync(mesh, weight);
        });

        Assert.True(failures.Count == 0, $"{failures.Count} of {succeeded} failed: {string.Join('\n', failures.Take(10))}");
        Assert.True(succeeded > 100, $"only {succeeded} requests");
        Assert.All(await mesh.SendManyAsync(50, "shift"), reply => Assert.Equal(TrafficMesh.Web2.Pod, reply.Pod));
        Assert.Empty(await mesh.Sidecar.RefusalsAsync());
    }

    [InterceptionFact]
    public async Task Subsets_AddedBeforeAndRemovedAfterTheirRoutes_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        await UseSubsetAsync(mesh, "v1", TrafficMesh.Web1.Pod);

        var (succeeded, failures) = await mesh.UnderLoadAsync("subsets", async () =>
        {
            for (var round = 0; round < 10; round++)
            {
                await UseSubsetAsync(mesh, "v2", TrafficMesh.Web2.Pod);
                await UseSubsetAsync(mesh, "v1", TrafficMesh.Web1.Pod);
            }
        });

        Assert.True(failures.Count == 0, $"{failures.Count} of {succeeded} failed: {string.Join('\n', failures.Take(10))}");
        Assert.True(succeeded > 100, $"only {succeeded} requests");
        Assert.Empty(await mesh.Sidecar.RefusalsAsync());
    }

    /// <summary>Sends so much of a hundred to v1 and the rest to v2, and waits until the proxy's routes say so.</summary>
    private static Task ShiftAsync(TrafficMesh mesh, int weight)
    {
        mesh.Objects.Write("shift-service", TrafficObjects.VirtualService(
            "shift",
            $$"""
              - name: share-{{weight}}
                route:
                - {destination: {host: shift, subset: v1}, weight: {{weight}} }
                - {destination: {host: shift, subset: v2}, weight: {{100 - weight}} }
            """));
        return mesh.Sidecar.WaitForAsync($"/config_dump?resource=dynamic_route_configs&name_regex={TrafficObjects.Services["shift"]}", $"share-{weight}\"");
    }

    /// <summary>Adds a subset, moves the route to it and removes the other, each when the proxy has taken the step before.</summary>
    private static async Task UseSubsetAsync(TrafficMesh mesh, string subset, string pod)
    {
        mesh.Objects.Write("subsets-rule", TrafficObjects.DestinationRule("subsets", TrafficObjects.BothSubsets));
        await mesh.Sidecar.WaitForAsync("/clusters", $"|{subset}|subsets.");
        mesh.Objects.Write("subsets-service", TrafficObjects.VirtualService("subsets", $$"""  - route: [{destination: {host: subsets, subset: {{subset}} } }]"""));
        await mesh.UntilAsync("subsets", reply => reply.Pod == pod);
        mesh.Objects.Write("subsets-rule", TrafficObjects.DestinationRule("subsets", $$"""  subsets: [{name: {{subset}}, labels: {version: {{subset}} } }]"""));
        await mesh.Sidecar.WaitUntilGoneAsync("/clusters", $"|{(subset == "v1" ? "v2" : "v1")}|subsets.");
    }
}
