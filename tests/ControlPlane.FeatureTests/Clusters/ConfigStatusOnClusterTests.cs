using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary><c>--config-status</c> on a real API server, with exactly the rights of deploy/manifests.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ConfigStatusOnClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [ApiServerFact("crds")]
    public async Task Findings_OfConfiguration_AreInItsStatusAsLongAsTheyHold()
    {
        await using var cluster = await RealApiServer.StartAsync();
        await cluster.KubectlAsync("create", "--validate=false", "-f", SharedDirectory.Path("crds/istio.yaml"));
        await cluster.KubectlAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=120s");
        await cluster.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("shop") + ClusterYaml.Service("shop", "web", "10.6.0.1"));
        foreach (var file in new[] { "service-account.yaml", "rights.yaml", "config-status.example.yaml" })
            await cluster.KubectlAsync("apply", "-f", Repository.PathOf("deploy", "manifests", file));
        await cluster.ApplyAsync(Route("good", "web") + Route("bad", "absent") + Route("mended", "web"));
        // What an earlier process found, and another writer's condition.
        var (code, body) = await cluster.SendAsync(
            HttpMethod.Patch, "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/mended/status",
            """{"status":{"validationMessages":[{"type":{"code":"IST0101"},"level":"ERROR"}],"conditions":[{"type":"Other","status":"True"}]}}""", "application/merge-patch+json");
        Assert.True(code < 300, body);
        var token = cluster.PathOf("istiod.token");
        await File.WriteAllTextAsync(token, await cluster.SignTokenAsync("istio-system", "istiod", TimeSpan.FromHours(1)));
        await using var server = await RunningServer.StartAsync(
            "--source", "kubernetes", "--kubeconfig", cluster.WriteConfig("istiod.yaml", token), "--config-status", "true");

        await UntilAsync(async () => (await StatusAsync("bad")).StartsWith("Valid=True Warnings", StringComparison.Ordinal), () => StatusAsync("bad"));
        Assert.Contains("absent", await StatusAsync("bad"), StringComparison.Ordinal);
        await UntilAsync(async () => await StatusAsync("mended") == "Other=True   |", () => StatusAsync("mended"));
        Assert.Equal("|", await StatusAsync("good"));

        await cluster.ApplyAsync(Route("bad", "web") + Route("good", "missing"));
        await UntilAsync(async () => (await StatusAsync("bad")).StartsWith("Valid=True NoFindings nothing is wrong any more |", StringComparison.Ordinal), async () => await StatusAsync("bad") + (await server.GetAsync("/ready?verbose")).Body + string.Join('\n', server.Log.TakeLast(20)));
        await UntilAsync(async () => (await StatusAsync("good")).Contains("missing", StringComparison.Ordinal), () => StatusAsync("good"));
        Assert.DoesNotContain(server.Log, line => line.Contains("can't be written", StringComparison.Ordinal));

        async Task<string> StatusAsync(string name) => (await cluster.KubectlAsync(
            "get", "virtualservice", "-n", "shop", name, "-o",
            "jsonpath={range .status.conditions[*]}{.type}={.status} {.reason} {.message} {end}|{range .status.validationMessages[*]}{.type.code} {.level} {end}")).Trim();
    }

    [ApiServerFact]
    public async Task Crd_InOtherVersions_IsFollowedToOneThatIsKnown()
    {
        await using var cluster = await RealApiServer.StartAsync();
        await cluster.ApplyAsync(ClusterYaml.Namespace("versions") + Crd(("v7", true)));
        await EstablishedAsync(cluster);
        await cluster.ApplyAsync("apiVersion: networking.istio.io/v7\nkind: Sidecar\nmetadata: {name: default, namespace: versions}\nspec: {egress: [{hosts: ['./*']}]}\n");
        await using var server = await RunningServer.StartAsync("--source", "kubernetes", "--kubeconfig", cluster.AdminConfig, "--data-dir", cluster.PathOf("identity"));

        // Only in a version that nobody here knows: a warning, no object, and ready nevertheless.
        Assert.Contains(server.Server.Source.Diagnostics, d => d.Kind == "Sidecar" && d.Message.Contains("only as networking.istio.io/v7", StringComparison.Ordinal));
        Assert.Equal("", Sidecars());
        foreach (var (versions, expected) in new (string, bool)[][]
                 {
                     [("v7", true), ("v1beta1", true)],
                     // Served in a better version: what is there goes on.
                     [("v7", true), ("v1beta1", true), ("v1", true)],
                     // The version that was read is taken away: the next one is.
                     [("v7", true), ("v1beta1", false), ("v1", true)],
                 }.Zip(["networking.istio.io/v1beta1", "networking.istio.io/v1beta1", "networking.istio.io/v1"]))
        {
            await cluster.ApplyAsync(Crd(versions));
            await UntilAsync(() => Task.FromResult(Sidecars() == expected), () => Task.FromResult($"{Sidecars()} {string.Join('\n', server.Server.Source.Diagnostics)}"));
            await UntilAsync(() => Task.FromResult(server.Server.Source.Diagnostics.Count == 0), () => Task.FromResult(string.Join('\n', server.Server.Source.Diagnostics)));
        }

        await cluster.ApplyAsync(Crd(("v7", true), ("v1beta1", false), ("v1", false)));
        await UntilAsync(() => Task.FromResult(Sidecars().Length == 0), () => Task.FromResult(Sidecars()));
        await UntilAsync(() => Task.FromResult(server.Server.Source.Diagnostics.Any(d => d.Kind == "Sidecar")), () => Task.FromResult("no warning"));

        string Sidecars() => string.Join(' ', server.Server.Engine.Snapshot.Table(Model.Snapshots.Tables.Config("Sidecar")).All.Select(s => s.ApiVersion));
    }

    private static Task EstablishedAsync(RealApiServer cluster) =>
        cluster.KubectlAsync("wait", "--for=condition=Established", "crd/sidecars.networking.istio.io", "--timeout=120s");

    private static string Crd(params (string Name, bool Served)[] versions) => $$$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: sidecars.networking.istio.io}
        spec:
          group: networking.istio.io
          names: {kind: Sidecar, listKind: SidecarList, plural: sidecars, singular: sidecar}
          scope: Namespaced
          versions:
        {{{string.Join('\n', versions.Select(v => $"  - {{name: {v.Name}, served: {(v.Served ? "true" : "false")}, storage: {(v.Name == "v7" ? "true" : "false")}, schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}"))}}}
        ---

        """;

    private static string Route(string name, string host) =>
        $"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{hosts: [{name}.example], http: [{{route: [{{destination: {{host: {host}}}}}]}}]}}\n---\n";

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<string>> describe)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, await describe());
            await Task.Delay(50);
        }
    }
}
