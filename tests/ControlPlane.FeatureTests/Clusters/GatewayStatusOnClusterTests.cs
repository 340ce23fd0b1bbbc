using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>Statuses of the Gateway API on a real API server, with the API's own definitions and exactly the rights of deploy/manifests.</summary>
[Collection(ClusterCollection.Name)]
public sealed class GatewayStatusOnClusterTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Route = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/web";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [ApiServerFact("crds")]
    public async Task Statuses_AreWhatKubectlWaitsFor()
    {
        await using var cluster = await RealApiServer.StartAsync();
        await DefineAsync(cluster);
        await cluster.ApplyAsync(ClusterYaml.Namespace("istio-system") + ClusterYaml.Namespace("shop")
            + ClusterYaml.Service("istio-system", "gateway", "10.6.0.1") + ClusterYaml.Service("shop", "web", "10.6.0.2"));
        foreach (var file in new[] { "service-account.yaml", "rights.yaml", "config-status.example.yaml" })
            await cluster.KubectlAsync("apply", "-f", Repository.PathOf("deploy", "manifests", file));
        await cluster.ApplyAsync(Gateway + WebRoute("web"));
        // What another controller says of the route.
        await StatusAsync(cluster, """
            {"status":{"parents":[{"parentRef":{"name":"theirs"},"controllerName":"example.com/other","conditions":[
            {"type":"Accepted","status":"False","reason":"Own","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z","observedGeneration":1}]}]}}
            """);
        var token = cluster.PathOf("istiod.token");
        await File.WriteAllTextAsync(token, await cluster.SignTokenAsync("istio-system", "istiod", TimeSpan.FromHours(1)));
        await using var server = await RunningServer.StartAsync(
            "--source", "kubernetes", "--kubeconfig", cluster.WriteConfig("istiod.yaml", token), "--config-status", "true");

        await cluster.KubectlAsync("wait", "--for=condition=Accepted", "gatewayclass/own", "--timeout=60s");
        await cluster.KubectlAsync("wait", "--for=condition=Programmed", "-n", "istio-system", "gateway/kgw", "--timeout=60s");
        await cluster.KubectlAsync("wait", "--for=condition=Accepted", "-n", "istio-system", "gateway/kgw", "--timeout=60s");
        Assert.Equal("gateway.istio-system.svc.cluster.local", await GetAsync(cluster, "istio-system", "gateway.gateway.networking.k8s.io", "kgw", "{.status.addresses[0].value}"));
        await UntilAsync(cluster, "example.com/other Accepted=False Own 1 / istio.io/gateway-controller Accepted=True Accepted 1 ResolvedRefs=True ResolvedRefs 1 /");
        await UntilAsync(async () => await GetAsync(cluster, "istio-system", "gateway.gateway.networking.k8s.io", "kgw", "{.status.listeners[0].attachedRoutes}") == "1", () => Task.FromResult("no route"));

        // Another generation, with a backend that is not there.
        await cluster.ApplyAsync(WebRoute("none"));
        await UntilAsync(cluster, "example.com/other Accepted=False Own 1 / istio.io/gateway-controller Accepted=True Accepted 2 ResolvedRefs=False BackendNotFound 2 /");
        // Nothing changes, so nothing is written: only the label is.
        var version = await VersionAsync(cluster);
        await cluster.KubectlAsync("label", "-n", "shop", "httproute", "web", "more=x");
        var labelled = await VersionAsync(cluster);
        Assert.NotEqual(version, labelled);
        await cluster.ApplyAsync(Gateway.Replace("kgw", "second", StringComparison.Ordinal));
        await cluster.KubectlAsync("wait", "--for=condition=Programmed", "-n", "istio-system", "gateway/second", "--timeout=60s");
        Assert.Equal(labelled, await VersionAsync(cluster));
        // Taken away by another hand it comes again; the other's is that hand's affair.
        await StatusAsync(cluster, """{"status":{"parents":[]}}""");
        await UntilAsync(cluster, "istio.io/gateway-controller Accepted=True Accepted 2 ResolvedRefs=False BackendNotFound 2 /");
        // The parent is left.
        await cluster.ApplyAsync(WebRoute("web", "elsewhere"));
        await UntilAsync(cluster, "");
        await UntilAsync(async () => await GetAsync(cluster, "istio-system", "gateway.gateway.networking.k8s.io", "kgw", "{.status.listeners[0].attachedRoutes}") == "0", () => Task.FromResult("still attached"));
        Assert.DoesNotContain(server.Log, line => line.Contains("can't be written", StringComparison.Ordinal));
    }

    // Written with the defaults that matter, which this old server is not told of.
    private const string Gateway = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: GatewayClass
        metadata: {name: own}
        spec: {controllerName: istio.io/gateway-controller}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: kgw, namespace: istio-system}
        spec:
          gatewayClassName: own
          addresses: [{type: Hostname, value: gateway}]
          listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
        ---

        """;

    private static string WebRoute(string backend, string gateway = "kgw") => $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: web, namespace: shop}
        spec:
          parentRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: {{gateway}}, namespace: istio-system}]
          rules: [{backendRefs: [{name: {{backend}}, port: 80}]}]
        ---

        """;

    /// <summary>The definitions of the Gateway API, without what server 1.20 does not take: defaults of newer rules.</summary>
    private static async Task DefineAsync(RealApiServer cluster)
    {
        foreach (var document in DocumentSplitter.Split(await File.ReadAllTextAsync(SharedDirectory.Path("crds/gateway-api.yaml"))))
        {
            if (YamlReader.Read(document.Text, YamlLimits.Default) is not { Kind: YamlNodeKind.Mapping } node
                || JsonNode.Parse(NodeWriter.Write(node).Span)!.AsObject() is not { } value || (string?)value["kind"] != "CustomResourceDefinition")
                continue;
            Strip(value["spec"]!);
            value.Remove("status");
            var (code, body) = await cluster.SendAsync(HttpMethod.Post, Definitions, value.ToJsonString());
            Assert.True(code < 300, body);
        }

        await cluster.KubectlAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    }

    private static void Strip(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.OfType<JsonNode>())
                Strip(item);
        }
        else if (node is JsonObject value)
        {
            if (value["type"] is JsonValue)
                value.Remove("default");
            foreach (var (_, child) in value.Where(c => c.Value is not null).ToList())
                Strip(child!);
        }
    }

    private static async Task StatusAsync(RealApiServer cluster, string patch)
    {
        var (code, body) = await cluster.SendAsync(HttpMethod.Patch, Route + "/status", patch, "application/merge-patch+json");
        Assert.True(code < 300, body);
    }

    private static Task<string> VersionAsync(RealApiServer cluster) => GetAsync(cluster, "shop", "httproute", "web", "{.metadata.resourceVersion}");

    private static Task<string> ParentsAsync(RealApiServer cluster) => GetAsync(
        cluster, "shop", "httproute", "web",
        "{range .status.parents[*]}{.controllerName} {range .conditions[*]}{.type}={.status} {.reason} {.observedGeneration} {end}/ {end}");

    private static async Task<string> GetAsync(RealApiServer cluster, string ns, string kind, string name, string path) =>
        (await cluster.KubectlAsync("get", kind, "-n", ns, name, "-o", $"jsonpath={path}")).Trim();

    private static Task UntilAsync(RealApiServer cluster, string parents) => UntilAsync(async () => await ParentsAsync(cluster) == parents, () => ParentsAsync(cluster));

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
