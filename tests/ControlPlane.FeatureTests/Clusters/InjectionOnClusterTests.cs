using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>The injection webhook as a real API server calls it: the walk-through of Istio's getting-started, with kubectl.</summary>
[Collection(ClusterCollection.Name)]
public sealed class InjectionOnClusterTests(ClusterFixture cluster) : IAsyncLifetime
{
    private const string Configuration = "istio-sidecar-injector";
    private const string Again = "z-again";

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
        await cluster.Server.KubectlAsync("delete", "mutatingwebhookconfiguration", Configuration, "istio-revision-tag-prod", Again, "--ignore-not-found");
        await cluster.Server.KubectlAsync("delete", "validatingwebhookconfiguration", "istio-validator-istio-system", "istiod-default-validator", "--ignore-not-found");
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

        // Whoever wonders finds the reason beside the pod; a dry run has left none.
        await CreateAsync("walk", "on-node", "app: web", "hostNetwork: true");
        const string about = "Normal InjectionSkipped Pod/on-node no sidecar is injected: the pod uses the node's network (hostNetwork), whose traffic must not be intercepted";
        await UntilAsync(async () => await EventsAsync("walk") == about, () => EventsAsync("walk"));
        Assert.Contains("sidecar_injection_success_total", (await server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Pod_ThatIsInjectedAgain_HasOneProxy()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("again") + OldNode);
        await cluster.Server.KubectlAsync("label", "namespace", "again", "istio-injection=enabled");
        await using var server = await StartAsync("sidecarInjectorWebhook: {reinvocationPolicy: IfNeeded}");
        await UntilAsync(async () => (await DryRunAsync("again")).Contains("istio-proxy", StringComparison.Ordinal), () => DryRunAsync("again"));
        await CreateAsync("again", "web");
        var once = await SpecAsync();

        // A pod that is made from an injected one.
        var file = cluster.Server.PathOf("injected.json");
        await File.WriteAllTextAsync(file, await cluster.Server.KubectlAsync("get", "pod", "-n", "again", "web", "-o", "json"));
        await cluster.Server.KubectlAsync("replace", "--force", "-f", file);
        Assert.Equal(once, await SpecAsync());

        // Another webhook that changes what the first one made: the API server asks the first one again.
        var second = JsonNode.Parse(await cluster.Server.KubectlAsync("get", "mutatingwebhookconfiguration", Configuration, "-o", "json"))!;
        second["metadata"] = new JsonObject { ["name"] = Again };
        foreach (var webhook in second["webhooks"]!.AsArray())
            webhook!["clientConfig"]!["url"] = $"https://127.0.0.1:{_port}/inject/cluster/other";
        await cluster.Server.ApplyAsync(second.ToJsonString());
        await UntilAsync(async () => await RequestsOfADryRunAsync() >= 3, async () => $"{await RequestsOfADryRunAsync()} requests for a pod");
        await cluster.Server.KubectlAsync("delete", "pod", "-n", "again", "web", "--now");
        await CreateAsync("again", "web");
        Assert.Equal(["app", "istio-init", "istio-proxy"], await ContainersAsync("again", "web"));

        Task<string> SpecAsync() => cluster.Server.KubectlAsync("get", "pod", "-n", "again", "web", "-o", @"jsonpath={.spec} {.metadata.labels} {.metadata.annotations.sidecar\.istio\.io/status}");

        async Task<int> RequestsOfADryRunAsync()
        {
            var before = await RequestsAsync();
            await DryRunAsync("again");
            return await RequestsAsync() - before;
        }

        async Task<int> RequestsAsync() => int.Parse(
            (await server.MonitoringAsync("/metrics")).Body.Split('\n').Single(line => line.StartsWith("sidecar_injection_requests_total", StringComparison.Ordinal)).Split(' ')[^1],
            CultureInfo.InvariantCulture);
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

        // A root is made ready to follow the present one: the API server is to know both before the first certificate is signed by it.
        Assert.Equal(0, (await Support.Cli.RunAsync("ca", "prepare", "--data-dir", cluster.Server.PathOf("identity"))).ExitCode);
        await UntilAsync(async () => Certificates(await BundleAsync(Configuration)) == Certificates(bundle) + 1, () => BundleAsync(Configuration));
        bundle = await BundleAsync(Configuration);
        await cluster.Server.KubectlAsync("delete", "mutatingwebhookconfiguration", Configuration);
        await UntilAsync(async () => await BundleAsync(Configuration) == bundle, () => BundleAsync(Configuration));
    }

    [ApiServerFact]
    public async Task Deployment_InAPipeOfKubectl_IsInjected()
    {
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("pipe") + """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: pipe}
            spec:
              selector: {matchLabels: {app: web} }
              template: {metadata: {labels: {app: web} }, spec: {containers: [{name: app, image: "app:1"}]} }
            """);
        var (kubectl, command) = ($"kubectl --kubeconfig {cluster.Server.AdminConfig} -n pipe", $"dotnet {Path.Combine(AppContext.BaseDirectory, "controlplane.dll")}");
        var nodes = cluster.Server.PathOf("nodes.yaml");
        await File.WriteAllTextAsync(nodes, OldNode);
        var pipe = $"{kubectl} get deploy web -o yaml | {command} inject -f - --nodes-file {nodes} | {kubectl} apply -f - && {kubectl} get deploy web -o jsonpath='{{.spec.template.spec.containers[*].name}}'";
        for (var i = 0; i < 2; i++)
        {
            var (code, output) = await ControlPlane.Testing.Processes.ExternalProcess.RunAsync("bash", ["-o", "pipefail", "-c", pipe], Patience);
            Assert.True(code == 0, output);
            Assert.EndsWith("app istio-proxy", output.TrimEnd(), StringComparison.Ordinal);
        }
    }

    [ApiServerFact]
    public async Task Webhook_ThatIsUnavailable_RefusesPodsOfTheMeshButNoneOfTheSystem()
    {
        // Servers of today put the label there themselves.
        await cluster.Server.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("kept") + OldNode);
        await cluster.Server.KubectlAsync("label", "namespace", "kept", "istio-injection=enabled");
        await cluster.Server.KubectlAsync("label", "namespace", "kube-public", "istio-injection=enabled", "kubernetes.io/metadata.name=kube-public", "--overwrite");
        await using (await StartAsync())
            await UntilAsync(async () => (await DryRunAsync("kept")).Contains("istio-proxy", StringComparison.Ordinal), () => DryRunAsync("kept"));

        // The server has ended; its webhook is still named.
        await CreateAsync("kube-public", "web");
        var refusal = (await Assert.ThrowsAsync<InvalidOperationException>(() => CreateAsync("kept", "web"))).Message;
        Assert.Contains("sidecar-injector.istio.io", refusal, StringComparison.Ordinal);
        await cluster.Server.KubectlAsync("delete", "pod", "-n", "kube-public", "web", "--now");
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

    private static int Certificates(string bundle) => Encoding.UTF8.GetString(Convert.FromBase64String(bundle)).Split("BEGIN CERTIFICATE").Length - 1;

    private Task CreateAsync(string space, string name, string label = "app: web", string more = "dnsPolicy: ClusterFirst") => cluster.Server.ApplyAsync($$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: {{space}}, labels: { {{label}} } }
        spec:
          serviceAccountName: default
          {{more}}
          containers: [{name: app, image: "app:1"}]
        """);

    private Task<string> DryRunAsync(string space) =>
        cluster.Server.KubectlAsync("run", "dry", "-n", space, "--image=app:1", "--restart=Never", "--dry-run=server", "-o", "yaml", "--overrides", """{"apiVersion":"v1","spec":{"serviceAccountName":"default"}}""");

    private async Task<IEnumerable<string>> ContainersAsync(string space, string name) =>
        (await cluster.Server.KubectlAsync("get", "pod", "-n", space, name, "-o", "jsonpath={.spec.initContainers[*].name} {.spec.containers[*].name}"))
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private async Task<string> EventsAsync(string space) => (await cluster.Server.KubectlAsync(
        "get", "events", "-n", space, "-o", "jsonpath={range .items[*]}{.type} {.reason} {.involvedObject.kind}/{.involvedObject.name} {.message};{end}")).Trim().TrimEnd(';');

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
