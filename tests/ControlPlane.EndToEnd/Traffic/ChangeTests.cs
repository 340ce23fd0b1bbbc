using ControlPlane.EndToEnd.Gateways;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>
/// Weights, subsets and services that change under load, by delta and by state of the world. A step changes clusters and routes at once:
/// that the proxy has a cluster before a route names it, and until none does any longer, is the control plane's matter.
/// </summary>
[Collection(TrafficCollection.Name)]
public class ChangeTests(TrafficFixture fixture)
{
    private const int TargetPort = 8080;

    [InterceptionFact]
    public async Task Weights_ShiftedAHundredTimes_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        await ExpectNoFailureAsync(mesh, "shift", async () =>
        {
            for (var weight = 100; weight >= 0; weight--)
                await ShiftAsync(mesh, weight);
        });
        Assert.All(await mesh.SendManyAsync(50, "shift"), reply => Assert.Equal(TrafficMesh.Web2.Pod, reply.Pod));
    }

    [InterceptionFact]
    public async Task Subsets_ReplacedTogetherWithTheirRoutes_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        await ExpectNoFailureAsync(mesh, "subsets", async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                // Every other subset is one that was there before and has just gone.
                var (version, pod) = round % 2 == 0 ? ("v2", TrafficMesh.Web2.Pod) : ("v1", TrafficMesh.Web1.Pod);
                UseSubset(mesh, round % 4 < 2 ? "kept-" + version : "fresh-" + round, version);
                await mesh.UntilAllAsync("subsets", reply => reply.Pod == pod);
            }
        });
    }

    [InterceptionFact]
    public async Task Subsets_AddedAndRemovedFasterThanTheProxyFollows_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        await ExpectNoFailureAsync(mesh, "subsets", async () =>
        {
            for (var round = 0; round < 100; round++)
            {
                UseSubset(mesh, "s" + round % 7, round % 2 == 0 ? "v2" : "v1");

                // A few answers of the old or the new subset, so that the steps fall anywhere within the proxy's doings.
                await mesh.SendManyAsync(round % 5, "subsets");
            }

            UseSubset(mesh, "last", "v2");
            await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web2.Pod);
        });
        await mesh.ForEachSidecarAsync(sidecar => sidecar.WaitUntilGoneAsync("/clusters", "|s1|subsets."));
    }

    [InterceptionFact]
    public async Task Services_DeletedAndRecreatedAsTheRouteMoves_FailNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        await ExpectNoFailureAsync(mesh, "moving", async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var (service, pod) = round % 2 == 0 ? ("tenant-b", TrafficMesh.Web2) : ("tenant-a", TrafficMesh.Web1);
                MoveTo(mesh, service, round % 4 < 2 ? TrafficObjects.Services["moving"] : 8100 + round, pod);
                await mesh.UntilAllAsync("moving", reply => reply.Pod == pod.Pod);
            }
        });
    }

    [InterceptionFact]
    public async Task Subset_AddedWhileThereIsNoControlPlane_FailsNoRequest()
    {
        var mesh = await fixture.MeshAsync();
        UseSubset(mesh, "before", "v1");
        await RoutesNameAsync(mesh, "before");
        await ExpectNoFailureAsync(mesh, "subsets", async () =>
        {
            await mesh.RestartControlPlaneAsync(() => UseSubset(mesh, "meanwhile", "v2", others: ", {name: before, labels: {version: v1} }"));
            await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web2.Pod);
        });
    }

    [InterceptionFact]
    public async Task Subsets_AddedAsTheControlPlaneRestarts_FailNoRequest()
    {
        // A stream is cut anywhere in what it brings: the proxies come back with clusters that still warm.
        var mesh = await fixture.MeshAsync();
        var all = "";
        Use("start", "v1");
        await RoutesNameAsync(mesh, "start");
        await ExpectNoFailureAsync(mesh, "subsets", async () =>
        {
            for (var round = 0; round < 6; round++)
            {
                Use("cut-" + round, "v1");
                await mesh.SendManyAsync(round * 4, "subsets");
                await mesh.RestartControlPlaneAsync(() => Use("meanwhile-" + round, "v2"));
                await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web2.Pod);
            }
        });

        void Use(string subset, string version)
        {
            UseSubset(mesh, subset, version, all);
            all += $", {{name: {subset}, labels: {{version: {version}}} }}";
        }
    }

    [InterceptionFact]
    public async Task Subset_ReplacedWhileThereIsNoControlPlane_FailsNoRequestOverDelta()
    {
        // A state of the world client does not say which clusters it has, and loses what the first answer lacks.
        var mesh = await fixture.MeshAsync();
        UseSubset(mesh, "before", "v1");
        await RoutesNameAsync(mesh, "before");
        await ExpectNoFailureAsync(
            mesh, "subsets",
            async () =>
            {
                await mesh.RestartControlPlaneAsync(() => UseSubset(mesh, "meanwhile", "v2"));
                await mesh.UntilAsync("subsets", reply => reply.Pod == TrafficMesh.Web2.Pod);
            },
            onlyDelta: true);
        await mesh.ForEachSidecarAsync(sidecar => sidecar.WaitUntilGoneAsync("/clusters", "|before|subsets."));
    }

    [InterceptionFact]
    public async Task Subset_AddedWhileThereIsNoControlPlaneAndAClusterWarms_FailsNoRequest()
    {
        // Until its secret is given up, Envoy asks for no clusters on the new stream, but for listeners and routes.
        const string Stuck = ", {name: stuck, labels: {version: v1}, trafficPolicy: {tls: {mode: SIMPLE, credentialName: absent}}}";
        const string Policy = "\n  workloadSelector: {matchLabels: {app: client}}";
        var mesh = await fixture.MeshAsync();
        UseSubset(mesh, "before", "v1", policy: Policy);
        await RoutesNameAsync(mesh, "before");
        UseSubset(mesh, "before", "v1", Stuck, Policy);
        // A state of the world client is not told that there is no such secret, so it waits for a while.
        await mesh.StateOfTheWorldSidecar.WaitForAsync("/stats?filter=cluster_manager.warming_clusters", "warming_clusters: 1");
        await ExpectNoFailureAsync(mesh, "subsets", async () =>
        {
            await mesh.RestartControlPlaneAsync(
                () => UseSubset(mesh, "meanwhile", "v2", ", {name: before, labels: {version: v1} }" + Stuck, Policy), "--warming-limit", "30s");
            await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web2.Pod);
        });
        await mesh.RestartControlPlaneAsync(() => UseSubset(mesh, "plain", "v1"));
        await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web1.Pod);
    }

    [InterceptionFact]
    public async Task Cluster_ThatTakesUpAnotherSecret_GetsWarm()
    {
        // The endpoints that a changed cluster waits for must not come before its secret has.
        var mesh = await fixture.MeshAsync();
        UseSubset(mesh, "secure", "v1");
        await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web1.Pod);
        using var authority = new GatewayCertificate("authority");
        var directory = Directory.CreateTempSubdirectory("authorities-");
        directory.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        try
        {
            for (var round = 0; round < 5; round++)
            {
                var file = Path.Combine(directory.FullName, $"{round}.pem");
                await File.WriteAllTextAsync(file, authority.Certificate.ExportCertificatePem());
                UseSubset(mesh, "secure", "v1", policy: "\n  trafficPolicy: {tls: {mode: SIMPLE, caCertificates: " + file + "}}");
                await mesh.ForEachSidecarAsync(sidecar => sidecar.WaitForAsync("/config_dump?resource=dynamic_active_clusters", file));
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        UseSubset(mesh, "plain", "v1");
        await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web1.Pod);
    }

    [InterceptionFact]
    public async Task Cluster_WhoseSecretIsMissing_DelaysRoutesForAWhileOnly()
    {
        var mesh = await fixture.MeshAsync();
        UseSubset(
            mesh, "secretless", "v1",
            policy: "\n  workloadSelector: {matchLabels: {app: client}}\n  trafficPolicy: {tls: {mode: SIMPLE, credentialName: missing}}");
        await RoutesNameAsync(mesh, "secretless");
        var stuck = 0L;
        await mesh.ForEachSidecarAsync(async sidecar => stuck += (await sidecar.StatsAsync("cluster_manager.warming_clusters")).Values.Sum());
        Assert.True(stuck > 0, "no proxy waits for the secret");

        // What is new later gets warm beside it.
        await ExpectNoFailureAsync(mesh, "moving", async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var (service, pod) = round % 2 == 0 ? ("tenant-c", TrafficMesh.Web2) : ("tenant-d", TrafficMesh.Web1);
                MoveTo(mesh, service, 8200 + round, pod);
                await mesh.UntilAllAsync("moving", reply => reply.Pod == pod.Pod);
            }
        });
        UseSubset(mesh, "plain", "v1");
        await mesh.UntilAllAsync("subsets", reply => reply.Pod == TrafficMesh.Web1.Pod);
        await mesh.ForEachSidecarAsync(sidecar => sidecar.WaitUntilGoneAsync("/clusters", "|secretless|"));
    }

    private static Task RoutesNameAsync(TrafficMesh mesh, string subset) => mesh.ForEachSidecarAsync(
        sidecar => sidecar.WaitForAsync($"/config_dump?resource=dynamic_route_configs&name_regex={TrafficObjects.Services["subsets"]}", $"|{subset}|"));

    private static async Task ExpectNoFailureAsync(TrafficMesh mesh, string service, Func<Task> action, bool onlyDelta = false)
    {
        var (succeeded, failures) = await mesh.UnderLoadAsync(service, action, onlyDelta);
        Assert.True(failures.Count == 0, $"{failures.Count} of {failures.Count + succeeded} failed: {string.Join('\n', failures.Take(10))}");
        Assert.True(succeeded > 100, $"only {succeeded} requests");
        Assert.Empty(await mesh.RefusalsAsync());
    }

    /// <summary>Sends so much of a hundred to v1 and the rest to v2, and waits until the proxies' routes say so.</summary>
    private static Task ShiftAsync(TrafficMesh mesh, int weight)
    {
        Write(mesh, "shift", TrafficObjects.DestinationRule("shift", TrafficObjects.BothSubsets), TrafficObjects.VirtualService(
            "shift",
            $$"""
              - name: share-{{weight}}
                route:
                - {destination: {host: shift, subset: v1}, weight: {{weight}} }
                - {destination: {host: shift, subset: v2}, weight: {{100 - weight}} }
            """));
        return mesh.ForEachSidecarAsync(sidecar => sidecar.WaitForAsync(
            $"/config_dump?resource=dynamic_route_configs&name_regex={TrafficObjects.Services["shift"]}", $"share-{weight}\""));
    }

    /// <summary>Lets the service have one subset only, unless there are others to go with it, and routes all to it.</summary>
    private static void UseSubset(TrafficMesh mesh, string subset, string version, string others = "", string policy = "") => Write(
        mesh, "subsets",
        TrafficObjects.DestinationRule("subsets", $$"""  subsets: [{name: {{subset}}, labels: {version: {{version}} } }{{others}}]{{policy}}"""),
        TrafficObjects.VirtualService("subsets", $$"""  - route: [{destination: {host: subsets, subset: {{subset}} } }]"""));

    /// <summary>Makes a service with one pod, routes all to it, and deletes the one that was made so before.</summary>
    private static void MoveTo(TrafficMesh mesh, string service, int port, (string Pod, string Address) pod) => Write(
        mesh, "moving",
        MeshDirectory.Service(service, "10.96.2." + (service[^1] - 'a' + 1), ("http", port, TargetPort)),
        MeshDirectory.Endpoints(service, [("http", TargetPort)], pod),
        TrafficObjects.VirtualService("moving", $$"""  - route: [{destination: {host: {{service}}, port: {number: {{port}} } } }]"""));

    /// <summary>Writes objects in one step.</summary>
    private static void Write(TrafficMesh mesh, string name, params string[] objects) => mesh.Objects.Write(name + "-objects", string.Join("\n---\n", objects));
}
