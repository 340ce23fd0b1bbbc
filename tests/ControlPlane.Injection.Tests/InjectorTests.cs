using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Tests;

public class InjectorTests
{
    private const string Proxy = "spec.initContainers[istio-proxy]";
    private const string OldNodes = "pilot: {env: {ENABLE_NATIVE_SIDECARS: 'false'}}";

    [Fact]
    public void Pod_OnNewNodes_GetsANativeSidecarAfterInterception()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod());
        Assert.Equal(["istio-init", "istio-proxy"], pod.Names("spec.initContainers"));
        Assert.Equal("Always", pod.At($"{Proxy}.restartPolicy")!.ToString());
        Assert.Equal(["cart"], pod.Names("spec.containers"));
    }

    [Fact]
    public void Pod_OnOldNodes_GetsTheProxyLast()
    {
        var pod = TestInjection.Injector(OldNodes).Injected(TestInjection.Pod());
        Assert.Equal(["cart", "istio-proxy"], pod.Names("spec.containers"));
        Assert.Equal(["istio-init"], pod.Names("spec.initContainers"));
    }

    [Fact]
    public void Pod_ThatWaitsForTheProxy_GetsItFirst()
    {
        var pod = TestInjection.Injector(OldNodes).Injected(TestInjection.Pod("""{"proxy.istio.io/config": "holdApplicationUntilProxyStarts: true"}"""));
        Assert.Equal(["istio-proxy", "cart"], pod.Names("spec.containers"));
        Assert.Equal(["pilot-agent", "wait"], pod.Texts("spec.containers[istio-proxy].lifecycle.postStart.exec.command"));
    }

    [Fact]
    public void Owner_OfAReplicaSetsPod_IsTheDeployment()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod());
        Assert.Equal("kubernetes://apis/apps/v1/namespaces/shop/deployments/cart", pod.At($"{Proxy}.env[ISTIO_META_OWNER].value")!.ToString());
    }

    [Theory]
    [InlineData("sidecar.istio.io/interceptionMode", "BRIDGE")]
    [InlineData("status.sidecar.istio.io/port", "65536")]
    [InlineData("readiness.status.sidecar.istio.io/failureThreshold", "-1")]
    [InlineData("traffic.sidecar.istio.io/includeOutboundIPRanges", "10.0.0.0/8, 10.1.0.0/16")]
    [InlineData("traffic.sidecar.istio.io/excludeOutboundIPRanges", "*")]
    [InlineData("traffic.sidecar.istio.io/excludeInboundPorts", "80,")]
    [InlineData("traffic.sidecar.istio.io/excludeInterfaces", "a-name-of-17-chars")]
    [InlineData("prometheus.istio.io/merge-metrics", "sometimes")]
    [InlineData("sidecar.istio.io/proxyCPU", "100 m")]
    [InlineData("sidecar.istio.io/proxyMemory", "1Gi\n  privileged: true")]
    [InlineData("proxy.istio.io/config", "concurrency: lots")]
    [InlineData("proxy.istio.io/config", "proxyMetadata: {A: y}")]
    [InlineData("proxy.istio.io/config", "drainDuration: 1ms")]
    [InlineData("proxy.istio.io/overrides", "{not json")]
    [InlineData("proxy.istio.io/overrides", """{"containers":[{"name":7}]}""")]
    [InlineData("sidecar.istio.io/userVolume", "[1]")]
    [InlineData("inject.istio.io/templates", "sidecr")]
    public void Annotation_ThatCantBeUsed_IsRefusedWithPodAndReason(string name, string value)
    {
        var outcome = TestInjection.Default.Inject(TestInjection.Pod(new JsonObject { [name] = value }.ToJsonString()));
        Assert.Null(outcome.Pod);
        Assert.StartsWith("pod shop/cart-7d9c5b6f8d-*: ", outcome.Error, StringComparison.Ordinal);
        if (name != "inject.istio.io/templates")
            Assert.Contains(name, outcome.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_SeveralBad_AreAllNamed()
    {
        var outcome = TestInjection.Default.Inject(TestInjection.Pod("""{"sidecar.istio.io/proxyCPU": "x", "sidecar.istio.io/interceptionMode": "x", "proxy.istio.io/config": "[]"}"""));
        Assert.All(["proxyCPU", "interceptionMode", "proxy.istio.io/config"], name => Assert.Contains(name, outcome.Error!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"spec": {"containers": "many"}}""", "spec.containers")]
    [InlineData("""{"spec": {"containers": [{"name": "a", "ports": [{"containerPort": "http"}]}]}}""", "spec.containers[0].ports[0].containerPort")]
    [InlineData("""{"metadata": {"labels": {"app": 1}}}""", "metadata.labels.app")]
    public void Pod_OfAnotherShape_IsRefusedWithThePathOfTheField(string pod, string path) =>
        Assert.Contains(path, TestInjection.Default.Inject(TestInjection.Json(pod)).Error!, StringComparison.Ordinal);

    [Fact]
    public void ValueOfAnAnnotation_WithYamlInIt_StaysAValue()
    {
        const string hostile = "info\n  - name: evil\n    value: \"x\"";
        var pod = TestInjection.Default.Injected(TestInjection.Pod(new JsonObject { ["sidecar.istio.io/logLevel"] = hostile }.ToJsonString()));
        Assert.Contains($"--proxyLogLevel={hostile}", pod.Texts($"{Proxy}.args"));
        Assert.Null(pod.At($"{Proxy}.env[evil]"));
    }

    [Fact]
    public void OwnProxyContainer_InThePod_IsLaidOverTheTemplate()
    {
        var source = TestInjection.Pod(container: """}, {"name": "istio-proxy", "image": "auto", "resources": {"limits": {"cpu": "7"}}""");
        var pod = TestInjection.Default.Injected(source);
        Assert.Equal("7", pod.At($"{Proxy}.resources.limits.cpu")!.ToString());
        Assert.Equal("1024Mi", pod.At($"{Proxy}.resources.limits.memory")!.ToString());
        Assert.Equal("docker.io/istio/proxyv2:latest", pod.At($"{Proxy}.image")!.ToString());
        Assert.Contains("\"cpu\":\"7\"", pod["metadata"]!["annotations"]!["proxy.istio.io/overrides"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("{}", OldNodes)]
    [InlineData("""{"prometheus.io/port": "9100", "prometheus.io/path": "/m"}""", "")]
    [InlineData("""{"inject.istio.io/templates": "gateway"}""", "")]
    [InlineData("""{"inject.istio.io/templates": "grpc-agent"}""", "")]
    [InlineData("""{"inject.istio.io/templates": "agentless"}""", "")]
    [InlineData("""{"inject.istio.io/templates": "agentless"}""", OldNodes)]
    [InlineData("""{"inject.istio.io/templates": "grpc-simple"}""", "")]
    [InlineData("""{"proxy.istio.io/config": "proxyMetadata: {B: b, A: a}"}""", "{global: {network: n, multiCluster: {clusterName: c}}}")]
    [InlineData("""{"sidecar.istio.io/userVolume": "{\"v\":{\"emptyDir\":{}}}"}""", "{pilot: {cni: {enabled: true, provider: multus}}}")]
    [InlineData("""{"sidecar.istio.io/capNetBindService": "true"}""", "{pilot: {cni: {enabled: true}}}")]
    public void Injection_Repeated_ChangesNothing(string annotations, string values)
    {
        var injector = TestInjection.Injector(values);
        var source = TestInjection.Pod(annotations, """, "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}}""");
        var once = injector.Injected(source);
        Assert.Equal("[]", JsonText.Write(Injector.Patch(once, injector.Injected(once))));
    }

    [Fact]
    public void Probes_OfApplications_GoThroughTheAgent()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod(container: """
            , "livenessProbe": {"httpGet": {"path": "/live", "port": "http", "scheme": "HTTPS"}, "timeoutSeconds": 4},
              "readinessProbe": {"grpc": {"port": 9200}}, "startupProbe": {"exec": {"command": ["true"]}}
            """));
        Assert.Equal("/app-health/cart/livez", pod.At("spec.containers[cart].livenessProbe.httpGet.path")!.ToString());
        Assert.Equal("HTTP", pod.At("spec.containers[cart].livenessProbe.httpGet.scheme")!.ToString());
        Assert.NotNull(pod.At("spec.containers[cart].startupProbe.exec"));
        Assert.Equal(
            """{"/app-health/cart/livez":{"httpGet":{"path":"/live","port":9100,"scheme":"HTTPS"},"timeoutSeconds":4},"/app-health/cart/readyz":{"grpc":{"port":9200}}}""",
            pod.At($"{Proxy}.env[ISTIO_KUBE_APP_PROBERS].value")!.ToString());
    }

    [Fact]
    public void ProxyConfigObjects_OfThreeLevels_MergeInOrder()
    {
        ProxyConfigObject Make(string ns, string spec) => ProxyConfigObject.Read((JsonObject)TestInjection.Yaml($"{{metadata: {{namespace: {ns}, name: x}}, spec: {spec}}}")!);
        var injector = TestInjection.Injector("", "defaultConfig: {proxyMetadata: {A: mesh, B: mesh}, concurrency: 1}",
            Make("istio-system", "{environmentVariables: {B: root, C: root}}"), Make("shop", "{concurrency: 3}"),
            Make("shop", "{selector: {matchLabels: {app: cart}}, environmentVariables: {D: own, E: own}}"), Make("other", "{concurrency: 9}"));
        var pod = injector.Injected(TestInjection.Pod("""{"proxy.istio.io/config": "proxyMetadata: {E: annotation}"}"""));
        Assert.Equal(
            """{"concurrency":3,"proxyMetadata":{"A":"mesh","B":"root","C":"root","D":"own","E":"own"}}""", pod.At($"{Proxy}.env[PROXY_CONFIG].value")!.ToString());
    }

    [Fact]
    public void Values_OfTheWrongKind_AreRefusedByName() => Assert.Contains(
        "global.proxy.privileged",
        Assert.Throws<InvalidConfigurationException>(() => TestInjection.Injector("global: {proxy: {privileged: perhaps}}")).Message, StringComparison.Ordinal);
}
