using ControlPlane.Injection.Json;
using ControlPlane.Testing.Processes;
using ControlPlane.Testing.Proxies;

namespace ControlPlane.Injection.Tests;

public class AgentlessTemplateTests
{
    private const string Proxy = "spec.initContainers[istio-proxy]";

    private static readonly string Asked = """{"inject.istio.io/templates": "agentless"}""";

    [Fact]
    public void Pod_GetsAPlainEnvoyWithItsBootstrapInItsArguments()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod(Asked));
        var arguments = pod.Texts($"{Proxy}.args");
        Assert.Equal("--config-yaml", arguments[0]);
        var bootstrap = JsonText.Parse(arguments[1])!;
        Assert.Equal("none", bootstrap.At("node.metadata.AGENT")!.ToString());
        Assert.Equal("cart", bootstrap["node"]!["metadata"]!["LABELS"]!["service.istio.io/canonical-name"]!.ToString());
        Assert.Equal(["controlplane", "iptables", "--apply"], pod.Texts("spec.initContainers[istio-init].command"));
        Assert.Equal(["istio-envoy", "istio-token", "istiod-ca-cert"], pod.Names("spec.volumes"));
    }

    [Fact]
    public void TextOfTheUsers_ThatLooksLikeAVariable_IsNotExpanded()
    {
        var source = TestInjection.Pod(Asked);
        source["metadata"]!["labels"]!["mine"] = "$(SECRET)";
        var bootstrap = TestInjection.Default.Injected(source).Texts($"{Proxy}.args")[1];
        Assert.Contains("\"$$(SECRET)\"", bootstrap, StringComparison.Ordinal);
        Assert.Contains("~$(POD_NAME).$(POD_NAMESPACE)~", bootstrap, StringComparison.Ordinal);
    }

    [Fact]
    public void Probes_OfHttp_GoThroughEnvoyAndOthersAreLeftOutOfInterception()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod(Asked, """
            , "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}}, "livenessProbe": {"tcpSocket": {"port": 9400}}
            """));
        Assert.Equal("15020", pod.At("spec.containers[cart].readinessProbe.httpGet.port")!.ToString());
        Assert.Equal("9400", pod.At("spec.containers[cart].livenessProbe.tcpSocket.port")!.ToString());
        Assert.Contains("15090,15021,15020,9400", pod.Texts("spec.initContainers[istio-init].args"));
        Assert.Contains("probe|9100|plain", pod.Texts($"{Proxy}.args")[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statsHistogramBuckets", "{\"a\": [1, 1]}")]
    [InlineData("statsHistogramBuckets", "{\"a\": 1}")]
    [InlineData("statsFlushInterval", "10")]
    [InlineData("statsFlushInterval", "10m")]
    [InlineData("statsEvictionInterval", "7s")]
    [InlineData("statsInclusionRegexps", "a,(?<=b)")]
    public void AnnotationOfStatistics_ThatCantBeUsed_IsRefusedByName(string name, string value)
    {
        var pod = TestInjection.Pod(Asked);
        pod["metadata"]!["annotations"]![$"sidecar.istio.io/{name}"] = value;
        var error = TestInjection.Default.Inject(pod).Error;
        Assert.Contains($"annotation sidecar.istio.io/{name} has the value '{value}'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatOnlyAnAgentCouldDo_IsAWarning()
    {
        var pod = TestInjection.Pod("""
            {"inject.istio.io/templates": "agentless", "sidecar.istio.io/bootstrapOverride": "mine", "prometheus.istio.io/merge-metrics": "true",
             "proxy.istio.io/config": "{proxyMetadata: {ISTIO_META_DNS_CAPTURE: 'true'}}"}
            """);
        var warning = TestInjection.Default.Inject(pod).Warning;
        foreach (var part in (string[])["sidecar.istio.io/bootstrapOverride", "prometheus.istio.io/merge-metrics", "ISTIO_META_DNS_CAPTURE"])
            Assert.Contains($"{part} has no effect", warning, StringComparison.Ordinal);
        Assert.Null(TestInjection.Default.Inject(TestInjection.Pod(Asked)).Warning);
    }

    [Fact]
    public void VolumesOfTheUser_AreMounted()
    {
        var pod = TestInjection.Default.Injected(TestInjection.Pod("""
            {"inject.istio.io/templates": "agentless", "sidecar.istio.io/userVolume": "{\"own\": {\"emptyDir\": {}}}",
             "sidecar.istio.io/userVolumeMount": "{\"own\": {\"mountPath\": \"/own\"}}"}
            """));
        Assert.Contains("own", pod.Names("spec.volumes"));
        Assert.Equal("/own", pod.At($"{Proxy}.volumeMounts[own].mountPath")!.ToString());
    }

    [EnvoyFact]
    public async Task Bootstrap_WithVariablesReplaced_IsAcceptedByEnvoy()
    {
        var statistics = """
            {"inject.istio.io/templates": "agentless", "sidecar.istio.io/statsInclusionPrefixes": "http.{pod_ip}_,cluster.", "sidecar.istio.io/statsInclusionRegexps": "a.*b",
             "sidecar.istio.io/statsHistogramBuckets": "{\"listener\": [0.5, 10, 100]}", "sidecar.istio.io/statsFlushInterval": "1.5s", "sidecar.istio.io/statsEvictionInterval": "1m30s"}
            """;
        var pod = TestInjection.Default.Injected(TestInjection.Pod(statistics, """
            , "readinessProbe": {"httpGet": {"path": "/ready?x=1", "port": "http", "scheme": "HTTPS"}}, "livenessProbe": {"httpGet": {"port": 8000}}
            """));
        var directory = Directory.CreateTempSubdirectory("agentless-").FullName;
        try
        {
            var token = Path.Combine(directory, "token");
            await File.WriteAllTextAsync(token, "t");
            var bootstrap = pod.Texts($"{Proxy}.args")[1].Replace("$(INSTANCE_IP)", "10.1.0.9", StringComparison.Ordinal)
                .Replace("$(POD_NAME)", "cart-1", StringComparison.Ordinal).Replace("$(POD_NAMESPACE)", "shop", StringComparison.Ordinal)
                .Replace("$(SERVICE_ACCOUNT)", "cart", StringComparison.Ordinal).Replace("$(NODE_NAME)", "node", StringComparison.Ordinal)
                .Replace("/var/run/secrets/tokens/istio-token", token, StringComparison.Ordinal)
                .Replace("/var/run/secrets/istio/root-cert.pem", token, StringComparison.Ordinal);
            Assert.DoesNotContain("$(", bootstrap, StringComparison.Ordinal);
            Assert.Contains("\"prefix\":\"http.10.1.0.9_\"", bootstrap, StringComparison.Ordinal);
            Assert.Contains("\"stats_eviction_interval\":\"90s\"", bootstrap, StringComparison.Ordinal);
            var (exitCode, output) = await ExternalProcess.RunAsync(EnvoyBinary.Path, ["--mode", "validate", "--config-yaml", bootstrap], TimeSpan.FromSeconds(60));
            Assert.True(exitCode == 0, output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
