using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Injection.Tests;

/// <summary>Injectors and pods for tests.</summary>
internal static class TestInjection
{
    public static Injector Default { get; } = Injector();

    /// <summary>A pod of a ReplicaSet with one container and a named port.</summary>
    public static JsonObject Pod(string? annotations = null, string? container = null) => Json($$"""
        {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": {
            "generateName": "cart-7d9c5b6f8d-", "labels": {"app": "cart", "pod-template-hash": "7d9c5b6f8d"}, "annotations": {{annotations ?? "{}"}},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "cart-7d9c5b6f8d", "uid": "u", "controller": true}]
          },
          "spec": {"containers": [{"name": "cart", "image": "cart:1", "ports": [{"name": "http", "containerPort": 9100}] {{container}}}]}
        }
        """);

    public static JsonObject Json(string text) => (JsonObject)JsonText.Parse(text)!;

    public static JsonNode? Yaml(string text)
    {
        var json = YamlDocument.ReadOne(text);
        return json.IsEmpty ? null : JsonText.Parse(json.Span);
    }

    /// <summary>An injector by YAML of values and mesh configuration.</summary>
    public static Injector Injector(string values = "", string mesh = "", params ProxyConfigObject[] proxyConfigs) =>
        new(new InjectorSettings(ChartValues.Read(Yaml(values) as JsonObject), MeshSettings.Read(Yaml(mesh) as JsonObject), proxyConfigs, [], Yaml));

    public static InjectionOutcome Inject(this Injector injector, JsonObject pod) => injector.Inject(new InjectionRequest(pod) { Namespace = "shop" });

    /// <summary>The injected pod, or the test fails with the reason.</summary>
    public static JsonObject Injected(this Injector injector, JsonObject pod)
    {
        var outcome = injector.Inject(pod);
        Assert.True(outcome.Pod is not null, outcome.Error ?? outcome.Decision?.Explanation);
        return outcome.Pod!;
    }

    /// <summary>The value at a path such as spec.initContainers[istio-proxy].env[CA_ADDR].value.</summary>
    public static JsonNode? At(this JsonNode pod, string path)
    {
        JsonNode? at = pod;
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            at = (at as JsonObject)?[bracket < 0 ? part : part[..bracket]];
            if (bracket >= 0)
                at = (at as JsonArray)?.FirstOrDefault(item => item?["name"]?.ToString() == part[(bracket + 1)..^1]);
        }

        return at;
    }

    public static string[] Names(this JsonNode pod, string path) => pod.At(path) is JsonArray list ? [.. list.Select(item => item!["name"]!.ToString())] : [];

    public static string[] Texts(this JsonNode pod, string path) => pod.At(path) is JsonArray list ? [.. list.Select(item => item!.ToString())] : [];
}
