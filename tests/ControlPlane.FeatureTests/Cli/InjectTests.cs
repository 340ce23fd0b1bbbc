using ControlPlane.FeatureTests.Support;

namespace ControlPlane.FeatureTests.Cli;

public class InjectTests
{
    private const string Deployment = """
        # the shop's own
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: web, image: "web:1", env: [{name: FLAG, value: "on"}, {name: TEXT, value: "a: b\n  c"}]}

        """;

    private const string Untouched = """
        # left as it is
        kind: ConfigMap
        apiVersion: v1
        metadata: {name:   odd  }   # spacing too
        data: {x: 'y'}

        """;

    [Fact]
    public async Task Documents_OfOtherKinds_StayByteForByte()
    {
        using var folder = new Folder();
        var result = await RunAsync(folder, $"{Untouched}---\n{Deployment}---\n{Untouched}");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith(Untouched, result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"---\n{Untouched}", result.Output, StringComparison.Ordinal);
        Assert.Contains("# the shop's own\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("name: istio-proxy", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_OfAnInjection_IsInputOfAnotherAndStaysTheSame()
    {
        using var folder = new Folder();
        var once = await RunAsync(folder, Deployment);
        var twice = await RunAsync(folder, once.Output);
        Assert.Equal(once.Output, twice.Output);
        Assert.Contains("value: \"on\"", once.Output, StringComparison.Ordinal);
        Assert.Contains("    a: b\n", once.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("extensions/v1beta1", "Deployment")]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("extensions/v1beta1", "DaemonSet")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("v1", "ReplicationController")]
    [InlineData("apps.openshift.io/v1", "DeploymentConfig")]
    [InlineData("batch/v1", "Job")]
    public async Task Kind_ThatHoldsPods_IsInjectedWithItsName(string apiVersion, string kind)
    {
        using var folder = new Folder();
        var text = Deployment.Replace("apps/v1", apiVersion, StringComparison.Ordinal).Replace("kind: Deployment", $"kind: {kind}", StringComparison.Ordinal);
        var result = await RunAsync(folder, text);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("name: istio-proxy", result.Output, StringComparison.Ordinal);
        Assert.Contains($"kubernetes://apis/{apiVersion}/namespaces/shop/{kind.ToLowerInvariant()}s/web", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_ThatIsLeftAlone_KeepsItsTextAndIsNamed()
    {
        using var folder = new Folder();
        var text = Deployment.Replace("containers:", "hostNetwork: true\n      containers:", StringComparison.Ordinal);
        var result = await RunAsync(folder, text);
        Assert.Equal((0, text), (result.ExitCode, result.Output));
        Assert.Contains("Deployment shop/web is left alone: the pod uses the node's network", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replicas: two", "spec.replicas must be a whole number")]
    [InlineData("template: {metadata: {annotations: {sidecar.istio.io/proxyCPU: lots}}, spec: {}}", "sidecar.istio.io/proxyCPU")]
    [InlineData("template: [", "not well-formed YAML")]
    public async Task Document_ThatCantBeInjected_EndsTheCommandWithLineAndReason(string spec, string reason)
    {
        using var folder = new Folder();
        var result = await RunAsync(folder, $"{Untouched}---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {{name: bad}}\nspec:\n  {spec}\n");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("input.yaml: line ", result.Error, StringComparison.Ordinal);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfInjectedPods_SaysWhy()
    {
        using var folder = new Folder();
        var result = await RunAsync(folder, Deployment, "--explain");
        Assert.Contains("Deployment shop/web is injected: the pod does not say otherwise", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revision_OnTheCommandLine_IsThatOfThePod()
    {
        using var folder = new Folder();
        var result = await RunAsync(folder, Deployment, "--revision", "canary");
        Assert.Contains("istio.io/rev: canary", result.Output, StringComparison.Ordinal);
        Assert.Contains("istiod-canary.istio-system.svc:15012", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--values", "global: {proxy: {privileged: perhaps}}", "global.proxy.privileged")]
    [InlineData("--mesh-config", "defaultConfig: {concurrency: lots}", "defaultConfig: concurrency")]
    [InlineData("--values", "[", "not well-formed")]
    public async Task Configuration_ThatCantBeUsed_IsRefusedByName(string option, string content, string reason)
    {
        using var folder = new Folder();
        var result = await RunAsync(folder, Deployment, option, folder.Write("configuration.yaml", content));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    private static Task<CliResult> RunAsync(Folder folder, string input, params string[] more) =>
        Support.Cli.RunAsync(["inject", "-f", folder.Write("input.yaml", input), .. more]);
}
