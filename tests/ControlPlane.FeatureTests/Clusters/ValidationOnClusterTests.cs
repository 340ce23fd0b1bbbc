using ControlPlane.FeatureTests.Support;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>The validating webhook as a real API server calls it.</summary>
public sealed class ValidationOnClusterTests : IAsyncLifetime
{
    private const string Revision = "istio-validator-istio-system";
    private const string Default = "istiod-default-validator";

    private const string Bad = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: bad, namespace: default}
        spec: {hosts: [web], http: [{route: [{destination: {host: web}, weight: -3}]}]}
        """;

    private const string Misspelt = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: odd, namespace: default}
        spec: {hosts: [web], http: [{timeOuts: 3s, route: [{destination: {host: web}}]}]}
        """;

    private const string NotSupported = """
        apiVersion: extensions.istio.io/v1alpha1
        kind: Unheard
        metadata: {name: later, namespace: default}
        spec: {anything: 1}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly int _port = FreePorts.Take(1)[0];
    private RealApiServer? _cluster;

    private RealApiServer Cluster => _cluster!;

    public async Task InitializeAsync()
    {
        if (ApiServerBinaries.WhyNot is not null)
            return;
        _cluster = await RealApiServer.StartAsync();
        string[] kinds = ["VirtualService", "Gateway"];
        await Cluster.ApplyAsync(ClusterYaml.Namespace("istio-system") + string.Concat(
            ResourceCatalog.All.Where(a => a.Kind.Group == "networking.istio.io" && kinds.Contains(a.Kind.Kind)).Select(a => ClusterYaml.Crd(a.Kind))));
        // A kind of a group that is asked about, and that no reader knows.
        var known = ResourceCatalog.All.First(a => a.Kind.Kind == "WasmPlugin").Kind;
        await Cluster.ApplyAsync(ClusterYaml.Crd(known with { Kind = "Unheard", Plural = "unheards" }));
        await Cluster.KubectlAsync("wait", "--for=condition=established", "crd", "--all", "--timeout=120s");
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [ApiServerFact]
    public async Task Configuration_ThatIsInvalid_IsRefusedWithOurReason()
    {
        await using var server = await StartAsync(_port);
        foreach (var name in new[] { Revision, Default })
            await UntilAsync(name, "{.webhooks[0].failurePolicy}", "Fail");

        var refusal = await RefusalAsync("apply", "--validate=false", "-f", Write(Bad));
        Assert.Contains("admission webhook \"validation.istio.io\" denied the request: configuration is invalid: spec.http[0].route[0]", refusal, StringComparison.Ordinal);
        Assert.Contains(await ReasonByAnalyzeAsync(), refusal, StringComparison.Ordinal);
        Assert.Contains("denied the request", await RefusalAsync("apply", "--validate=false", "--dry-run=server", "-f", Write(Bad)), StringComparison.Ordinal);
        var named = Bad.Replace("namespace: default", "namespace: default, labels: {istio.io/rev: default}", StringComparison.Ordinal);
        Assert.Contains("\"rev.validation.istio.io\" denied", await RefusalAsync("apply", "--validate=false", "-f", Write(named)), StringComparison.Ordinal);

        var taken = await Cluster.KubectlAsync("apply", "--validate=false", "-f", Write(Misspelt));
        Assert.Contains("Warning: spec.http[0].timeOuts", taken, StringComparison.Ordinal);
        Assert.Contains("virtualservice.networking.istio.io/odd created", taken, StringComparison.Ordinal);
        await Cluster.KubectlAsync("apply", "--validate=false", "-f", Write(NotSupported));
        await Cluster.KubectlAsync("delete", "virtualservice", "odd");

        // Of another revision: not this control plane's matter.
        await Cluster.KubectlAsync("apply", "--validate=false", "-f", Write(named.Replace("rev: default", "rev: canary", StringComparison.Ordinal)));
        var metrics = (await server.MonitoringAsync("/metrics")).Body;
        Assert.Contains("galley_validation_failed{group=\"networking.istio.io\",reason=\"invalid_resource\",resource=\"virtualservices\",version=\"v1\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("galley_validation_passed{", metrics, StringComparison.Ordinal);
    }

    [ApiServerFact]
    public async Task Configuration_ChangedByAnotherHand_IsMendedAndStaysClosed()
    {
        await using (var server = await StartAsync(_port))
        {
            await UntilAsync(Revision, "{.webhooks[0].failurePolicy}", "Fail");
            await Cluster.KubectlAsync("patch", "validatingwebhookconfiguration", Revision, "--type=json", "-p", """
                [{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":"AAAA"},{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]
                """);
            await UntilAsync(Revision, "{.webhooks[0].failurePolicy}", "Fail");
            Assert.NotEqual("AAAA", await ReadAsync(Revision, "{.webhooks[0].clientConfig.caBundle}"));
            await Cluster.KubectlAsync("delete", "validatingwebhookconfiguration", Default);
            await UntilAsync(Default, "{.webhooks[0].failurePolicy}", "Fail");
        }

        // The next server does not open what is closed before it has its own proof.
        await using var next = await StartAsync(FreePorts.Take(1)[0], "--validation-url", $"https://127.0.0.1:{FreePorts.Take(1)[0]}/validate");
        await UntilAsync(Revision, "{.metadata.labels.app}", "istiod");
        Assert.Equal("Fail", await ReadAsync(Revision, "{.webhooks[0].failurePolicy}"));
    }

    [ApiServerFact]
    public async Task Webhook_ThatCannotBeReached_LetsObjectsPass()
    {
        await using var server = await StartAsync(_port, "--validation-url", $"https://127.0.0.1:{FreePorts.Take(1)[0]}/validate");
        await UntilAsync(Default, "{.webhooks[0].failurePolicy}", "Ignore");
        using var patience = new CancellationTokenSource(Patience);
        while (!server.Log.Any(line => line.Contains("still let objects pass", StringComparison.Ordinal)))
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', server.Log));
            await Task.Delay(50);
        }

        await Cluster.KubectlAsync("apply", "--validate=false", "-f", Write(Bad));
        Assert.Equal("Ignore", await ReadAsync(Revision, "{.webhooks[0].failurePolicy}"));
        Assert.Equal("", (await Cluster.KubectlAsync("get", "gateways", "-A", "-o", "name")).Trim());
    }

    private Task<RunningServer> StartAsync(int port, params string[] more) => RunningServer.StartAsync(
        [
            "--source", "kubernetes", "--kubeconfig", Cluster.AdminConfig, "--data-dir", Cluster.PathOf("identity"), "--injection", "true",
            "--webhook-address", $"127.0.0.1:{port}",
            .. more.Length > 0 ? more : ["--validation-url", $"https://127.0.0.1:{port}/validate"],
        ]);

    private string Write(string yaml)
    {
        var file = Cluster.PathOf($"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }

    private static async Task<string> ReasonByAnalyzeAsync()
    {
        using var folder = new Folder();
        folder.Write("bad.yaml", Bad);
        var result = await Support.Cli.RunAsync("analyze", "--source", $"dir:{folder.Path}");
        var line = result.Output.Split('\n').First(text => text.Contains("weight", StringComparison.Ordinal));
        return line[(line.LastIndexOf("]: ", StringComparison.Ordinal) is >= 0 and var at ? at + 3 : line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
    }

    private async Task<string> RefusalAsync(params string[] arguments) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => Cluster.KubectlAsync(arguments))).Message;

    private async Task<string> ReadAsync(string name, string path) =>
        (await Cluster.KubectlAsync("get", "validatingwebhookconfiguration", name, "--ignore-not-found", "-o", $"jsonpath={path}")).Trim();

    private async Task UntilAsync(string name, string path, string expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await ReadAsync(name, path) != expected)
        {
            Assert.False(patience.IsCancellationRequested, await Cluster.KubectlAsync("get", "validatingwebhookconfiguration", "-o", "yaml"));
            await Task.Delay(50);
        }
    }
}
