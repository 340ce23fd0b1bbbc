using System.Reflection;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Tests;

/// <summary>Makes pods from a seed: well-formed parts, and now and then something that does not belong there.</summary>
internal sealed class RandomPods(int seed)
{
    private static readonly string[] Texts =
    [
        "", " ", "true", "false", "0", "1", "-1", "65536", "15020", "http", "*", "10.0.0.0/8", "::/0", "a,b", ",", "NONE", "TPROXY", "REDIRECT", "{}", "[]", "null",
        "{\"a\":{\"emptyDir\":{}}}", "{\"containers\":[{\"name\":\"cart\",\"image\":\"x\"}]}", "x: &a [*a]", "a: &a [b]\nc: [*a,*a]", "concurrency: 2", "concurrency: -7",
        "proxyMetadata: {X: 'y'}", "\"}],\"hostNetwork\":true,\"x\":[{\"", "\u0000", "\ud83d\ude80", "y", "on", "2024-01-01", "name: \"a\n b\"", "$(POD_NAME)", "{{ .Values }}",
        "sidecar", "gateway", "grpc-simple", "grpc-agent", "sidecar,gateway", "agentless", new string('[', 5000), new string('a', 20000), "---\n---", "\u2028", "100m", "1Gi", "1e9", "debug",
    ];

    // Every one that injection knows, and some that it does not.
    public static readonly string[] Annotations =
    [
        .. typeof(AnnotationNames).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetRawConstantValue()!),
        "prometheus.io/port", "prometheus.io/scrape", "prometheus.io.path", "resource.opentelemetry.io/service.name", "mine",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Whether the pod has nothing that keeps a second injection from being the same: no sidecar of its own, nothing said of earlier ones.</summary>
    public bool IsPlain { get; private set; } = true;

    public bool UsesGrpc { get; private set; }

    public JsonObject Next()
    {
        var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = Metadata(), ["spec"] = Spec() };
        for (var i = _random.Next(8) == 0 ? _random.Next(1, 4) : 0; i > 0; i--)
            Spoil(pod);
        return (JsonObject)JsonText.Parse(JsonText.WriteUtf8(pod))!;
    }

    private JsonObject Metadata()
    {
        var annotations = new JsonObject();
        for (var i = _random.Next(4); i > 0; i--)
        {
            var name = Pick(Annotations);
            var value = Pick(Texts);
            annotations[name] = value;
            IsPlain &= name is not ("sidecar.istio.io/status" or "proxy.istio.io/overrides");
            // Two templates that both make the proxy, as ordinary and as native one, fight over it.
            IsPlain &= name != "inject.istio.io/templates" || value != "sidecar,gateway";
            UsesGrpc |= name == "inject.istio.io/templates" && value.Contains("grpc", StringComparison.Ordinal);
        }

        var labels = new JsonObject { ["app"] = Pick("cart", "", "x", new string('n', 80)) };
        if (Chance(4))
            labels[Pick("sidecar.istio.io/inject", "istio.io/rev", "topology.istio.io/network", "service.istio.io/canonical-name", "version")] = Pick("true", "false", "v1", "", "net");
        var metadata = new JsonObject { [Chance(2) ? "name" : "generateName"] = Pick("cart", "cart-", "x"), ["labels"] = labels, ["annotations"] = annotations };
        if (Chance(3))
            metadata["managedFields"] = JsonTree.ListOf([new JsonObject { ["manager"] = "kubectl" }]);
        return metadata;
    }

    private JsonObject Spec()
    {
        var spec = new JsonObject { ["containers"] = JsonTree.ListOf(Containers(_random.Next(1, 4))) };
        if (Chance(3))
            spec["initContainers"] = JsonTree.ListOf(Containers(_random.Next(3)));
        if (Chance(3))
            spec["volumes"] = JsonTree.ListOf([new JsonObject { ["name"] = Pick("v", "istio-data", "workload-socket"), [Pick("emptyDir", "hostPath")] = new JsonObject() }]);
        if (Chance(10))
            spec[Pick("hostNetwork", "shareProcessNamespace")] = Chance(2);
        if (Chance(4))
            spec["securityContext"] = new JsonObject { ["fsGroup"] = 7 };
        if (Chance(4))
            spec["unknownField"] = new JsonObject { ["kept"] = JsonTree.Texts("as", "it", "is") };
        return spec;
    }

    private IEnumerable<JsonObject> Containers(int count)
    {
        foreach (var i in Enumerable.Range(0, count))
        {
            var name = Chance(12) ? Pick("istio-proxy", "istio-init", "istio-validation") : $"c{i}";
            IsPlain &= name[0] != 'i';
            var container = new JsonObject { ["name"] = name, ["image"] = Pick("auto", "a:1", "a@sha256:1") };
            if (Chance(2))
                container["ports"] = JsonTree.ListOf([new JsonObject { ["name"] = Pick("http", "x"), ["containerPort"] = _random.Next(1, 20000) }]);
            foreach (var probe in new[] { "readinessProbe", "livenessProbe", "startupProbe" }.Where(_ => Chance(3)))
                container[probe] = Probe();
            if (Chance(5))
                container["lifecycle"] = new JsonObject { [Pick("preStop", "postStart")] = Probe() };
            if (Chance(4))
                container["env"] = JsonTree.ListOf([new JsonObject { ["name"] = Pick("A", "PROXY_CONFIG", "ISTIO_KUBE_APP_PROBERS"), ["value"] = Pick(Texts) }]);
            if (Chance(5))
                container["securityContext"] = new JsonObject { ["runAsUser"] = _random.Next(3) };
            yield return container;
        }
    }

    private JsonObject Probe() => Pick(0, 1, 2, 3) switch
    {
        0 => new() { ["httpGet"] = new JsonObject { ["path"] = "/", ["port"] = Chance(2) ? "http" : _random.Next(20000) } },
        1 => new() { ["tcpSocket"] = new JsonObject { ["port"] = _random.Next(20000) } },
        2 => new() { ["httpGet"] = new JsonObject { ["port"] = 15020 } },
        _ => new() { ["exec"] = new JsonObject { ["command"] = JsonTree.Texts("true") } },
    };

    /// <summary>Puts something that does not belong there somewhere into a value.</summary>
    private void Spoil(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var name = Pick(map.Select(entry => entry.Key).ToArray());
                if (Chance(3) || map[name] is not { } inner)
                    map[name] = Odd();
                else
                    Spoil(inner);
                break;
            case JsonArray { Count: > 0 } list:
                var index = _random.Next(list.Count);
                if (Chance(3) || list[index] is not { } item)
                    list[index] = Odd();
                else
                    Spoil(item);
                break;
        }
    }

    private JsonNode? Odd() => _random.Next(7) switch
    {
        0 => null,
        1 => _random.Next(),
        2 => true,
        3 => new JsonObject(),
        4 => new JsonArray(),
        5 => new JsonObject { ["name"] = null, ["env"] = JsonTree.ListOf([null]) },
        _ => Pick(Texts),
    };

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
