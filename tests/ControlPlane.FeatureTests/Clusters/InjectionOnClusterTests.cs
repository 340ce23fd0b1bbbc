using System.Text;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>The injection webhook as a real API server calls it: the walk-through of Istio's getting-started, with kubectl.</summary>
[Collection(ClusterCollection.Name)]
public sealed class InjectionOnClusterTests(ClusterFixture cluster) : IAsyncLifetime
{
    private const string Configuration = "istio-sidecar-injector";

    // No server of this age takes an init container that goes on running: the sidecar is to be a container.
    private const string OldNode = """
        apiVersion: v1
        kind: Node
        metadata: {name: old}
        status: {nodeInfo: {kubeletVersion: v1.20.15}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePorts.Take(1)[0];

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Only after the server has ended: it would make the configuration again, and without it pods of other tests would be refused.</summary>
    public async Task DisposeAsync()
    {
        if (ApiServerBinaries.WhyNot is not null)
            return;
        await cluster.Server.KubectlAsync("delete", "node", "old", "--ignore-not-found");
        await cluster.Server.KubectlAsync("delete", "mutatingwebhookconfiguration", Configuration, "istio-revision-tag-prod", "--ignore-not-found");
    }

    [ApiServerFact]
    public async Task Namespace_Labelled_ItsNewPodsAreInjectedAndNoOthers()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("walk") + ClusterYaml.Namespace("plain"));
        await CreateAsync("walk", "before");
        await cluster.Server.ApplyAsync(OldNode);
        await using var server = await StartAsync();
        await cluster.Server.KubectlAsync("label", "namespace", "walk", "istio-injection=enabled");

        // A dry run too shows the proxy, and leaves nothing behind.
        await UntilAsync(async () => (await DryRunAsync("walk")).Contains("istio-proxy", StringComparison.Ordinal), () => DryRunAsync("walk"));
        Assert.Equal("pod/before", (await cluster.Server.KubectlAsync("get", "pods", "-n", "walk", "-o", "name")).Trim());

        await CreateAsync("walk", "web");
        await CreateAsync("plain", "web");
        Assert.Equal(["app", "istio-init", "istio-proxy"], await ContainersAsync("walk", "web"));
        Assert.Equal(["app"], await ContainersAsync("plain", "web"));
        Assert.Equal(["app"], await ContainersAsync("walk", "before"));
        await cluster.Server.KubectlAsync("delete", "pod", "-n", "walk", "before", "--now");
        await CreateAsync("walk", "before");
        Assert.Equal(["app", "istio-init", "istio-proxy"], await ContainersAsync("walk", "before"));

        // What the pod itself says counts more than its namespace.
        await CreateAsync("walk", "refusing", "sidecar.istio.io/inject: 'false'");
        await CreateAsync("plain", "asking", "sidecar.istio.io/inject: 'true'");
        Assert.Equal(["app"], await ContainersAsync("walk", "refusing"));
        Assert.Equal(["app", "istio-init", "istio-proxy"], await ContainersAsync("plain", "asking"));
        Assert.Contains("sidecar_injection_success_total", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Configuration_ChangedOrDeleted_IsMended()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system"));
        await using var server = await StartAsync("revisionTags: [prod]\n");
        var bundle = await BundleAsync(Configuration);
        Assert.Contains("BEGIN CERTIFICATE", Encoding.UTF8.GetString(Convert.FromBase64String(bundle)), StringComparison.Ordinal);
        await UntilAsync(async () => await BundleAsync("istio-revision-tag-prod") == bundle, () => BundleAsync("istio-revision-tag-prod"));

        await cluster.Server.KubectlAsync("patch", "mutatingwebhookconfiguration", Configuration, "--type=json", "-p", """
            [{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":"AAAA"},{"op":"replace","path":"/webhooks/1/failurePolicy","value":"Ignore"},
             {"op":"add","path":"/metadata/labels/ours","value":"kept"}]
            """);
        await UntilAsync(async () => await BundleAsync(Configuration) == bundle, () => BundleAsync(Configuration));
        Assert.Equal("Fail kept", (await cluster.Server.KubectlAsync("get", "mutatingwebhookconfiguration", Configuration, "-o", "jsonpath={.webhooks[1].failurePolicy} {.metadata.labels.ours}")).Trim());
        await cluster.Server.KubectlAsync("delete", "mutatingwebhookconfiguration", Configuration);
        await UntilAsync(async () => await BundleAsync(Configuration) == bundle, () => BundleAsync(Configuration));
    }

    /// <summary>Starts a control plane and waits until the API server has its webhook.</summary>
    private async Task<RunningServer> StartAsync(string values = "")
    {
        var file = cluster.Server.PathOf("injection-values.yaml");
        await File.WriteAllTextAsync(file, values);
        var server = await RunningServer.StartAsync(
            "--source", "kubernetes", "--kubeconfig", cluster.Server.AdminConfig, "--data-dir", cluster.Server.PathOf("identity"), "--injection", "true",
            "--injection-values", file, "--webhook-address", $"127.0.0.1:{_port}", "--injection-url", $"https://127.0.0.1:{_port}/inject");
        await UntilAsync(async () => (await BundleAsync(Configuration)).Length > 0, () => Task.FromResult("no configuration"));
        return server;
    }

    private async Task<string> BundleAsync(string name) =>
        (await cluster.Server.KubectlAsync("get", "mutatingwebhookconfiguration", name, "--ignore-not-found", "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}")).Trim();

    private Task CreateAsync(string space, string name, string label = "app: web") => cluster.Server.ApplyAsync($$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: {{space}}, labels: { {{label}} } }
        spec:
          serviceAccountName: default
          containers: [{name: app, image: "app:1"}]
        """);

    private Task<string> DryRunAsync(string space) =>
        cluster.Server.KubectlAsync("run", "dry", "-n", space, "--image=app:1", "--restart=Never", "--dry-run=server", "-o", "yaml", "--overrides", """{"apiVersion":"v1","spec":{"serviceAccountName":"default"}}""");

    private async Task<IEnumerable<string>> ContainersAsync(string space, string name) =>
        (await cluster.Server.KubectlAsync("get", "pod", "-n", space, name, "-o", "jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}"))
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<Task<string>> describe)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, patience.IsCancellationRequested ? await describe() : "");
            await Task.Delay(50);
        }
    }
}
