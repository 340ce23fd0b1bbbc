using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Patching;

namespace ControlPlane.Injection.Tests;

/// <summary>
/// Random pods and annotations, most of them wrong somewhere. CONTROLPLANE_INJECTION_RUNS sets how many (1000000 is the long form), and
/// CONTROLPLANE_INJECTION_SEED where the numbers begin.
/// </summary>
public class HostileInputTests
{
    private const int ShortForm = 2000;

    private static readonly Injector[] Injectors =
    [
        TestInjection.Default, TestInjection.Injector("pilot: {env: {ENABLE_NATIVE_SIDECARS: 'false'}}"), TestInjection.Injector("{pilot: {cni: {enabled: true, provider: multus}}, global: {network: n}}"),
    ];

    [Fact]
    public void RandomPod_WhateverItHolds_IsChangedOnlyWhereInjectionMayWrite()
    {
        var runs = Number("CONTROLPLANE_INJECTION_RUNS", ShortForm);
        var seed = Number("CONTROLPLANE_INJECTION_SEED", 1);
        var injected = 0;
        for (var i = 0; i < runs; i++)
        {
            var pods = new RandomPods(seed + i);
            var pod = pods.Next();
            var before = JsonText.Write(pod);
            var injector = Injectors[i % Injectors.Length];
            var started = Stopwatch.GetTimestamp();
            var outcome = injector.Inject(pod);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), $"seed {seed + i} took {Stopwatch.GetElapsedTime(started)}");
            Assert.True(before == JsonText.Write(pod), $"seed {seed + i}: the request was changed");
            if (outcome.Pod is not { } result)
                continue;
            injected++;
            Check(pod, result, pods, $"seed {seed + i}: {before}");
            if (pods.IsPlain)
            {
                var again = injector.Inject(result);
                Assert.True(again.Pod is not null && Injector.Patch(result, again.Pod).Count == 0, $"seed {seed + i}: a second injection differs: {again.Error} {(again.Pod is null ? "" : JsonText.Write(Injector.Patch(result, again.Pod)))} {before}");
            }
        }

        Assert.True(injected > runs / 10, $"only {injected} of {runs} pods were good enough to be injected");
    }

    /// <summary>
    /// Five hundred values that end a text, a line, a list or a template early: in every annotation that injection reads, they change nothing that the
    /// annotation is not for. No container, volume or privilege comes of a value.
    /// </summary>
    [Fact]
    public void S6_AnnotationValues_ThatTryToEndWhatTheyStandIn_StayValues()
    {
        string[] ends = ["\n", "\"", "'", "\\", "{{", "}}", "%", "\u2028", "\u0000", "\r\n", "$(", "#", "- ", "---\n", "*x", "&x"];
        string[] rests =
        [
            "", "privileged: true", "\n    securityContext: {privileged: true}", "\"},{\"name\":\"evil\",\"image\":\"evil\"},{\"name\":\"x", "\n  - name: evil\n    image: evil",
            "{{ .Values.global }}", "{{ end }}", "hostNetwork: true", "\"],\"hostPID\":true,\"x\":[\"", "%s%n%x",
        ];
        var values = ends.SelectMany(end => rests.SelectMany(rest => new[] { end + rest, "info" + end + rest, "1" + end + end + rest + end })).Append("\n").ToList();
        Assert.InRange(values.Count, 480, 600);
        var annotations = RandomPods.Annotations.Where(name => name is not ("proxy.istio.io/overrides" or "sidecar.istio.io/status")).ToList();
        var usual = Names(TestInjection.Default.Injected(TestInjection.Pod()));
        var (injected, refused) = (0, 0);
        for (var i = 0; i < values.Count * 4; i++)
        {
            var (name, value) = (annotations[i % annotations.Count], values[i % values.Count]);
            var pod = TestInjection.Pod();
            pod.Object("metadata")!["annotations"] = new JsonObject { [name] = value };
            var outcome = Injectors[0].Inject(pod);
            if (outcome.Pod is not { } result)
            {
                refused++;
                continue;
            }

            injected++;
            var hint = $"{name}: {JsonValue.Create(value).ToJsonString()}";
            Check(pod, result, new RandomPods(0), hint);
            Assert.True(Names(result).Except(usual).All(added => added == "volumes/custom-bootstrap-volume" && name == "sidecar.istio.io/bootstrapOverride"), hint);
            Assert.True(!Flags(result.Object("spec")!).Any(flag => flag is "privileged" or "hostNetwork" or "hostPID" or "hostIPC"), hint);
        }

        Assert.True(injected > 500 && refused > 100, $"{injected} injected, {refused} refused");
    }

    /// <summary>What a pod consists of, by name.</summary>
    private static HashSet<string> Names(JsonObject pod) =>
        [.. ((string[])["containers", "initContainers", "volumes"]).SelectMany(list => pod.Object("spec").List(list).Objects().Select(item => $"{list}/{item.Text("name")}"))];

    /// <summary>The members that are true, at any depth.</summary>
    private static IEnumerable<string> Flags(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Value is JsonValue value && value.TryGetValue<bool>(out var isSet) && isSet ? [member.Key] : member.Value is null ? [] : Flags(member.Value)),
        JsonArray items => items.SelectMany(item => item is null ? [] : Flags(item)),
        _ => [],
    };

    private static void Check(JsonObject pod, JsonObject result, RandomPods pods, string hint)
    {
        var patch = JsonPatch.Between(pod, result);
        Assert.True(JsonTree.Same(result, JsonPatchApplication.Apply(pod, patch)), hint);
        foreach (var member in pod.Select(entry => entry.Key).Where(name => name is not ("metadata" or "spec")))
            Assert.True(JsonTree.Same(pod[member], result[member]), $"{member}: {hint}");
        CheckMembers(pod.Object("metadata"), result.Object("metadata"), ["labels", "annotations"], hint);
        CheckMembers(pod.Object("spec"), result.Object("spec"), ["containers", "initContainers", "volumes", "imagePullSecrets", "securityContext"], hint);
        var asked = pod.Object("metadata").Object("annotations").Text("proxy.istio.io/overrides") ?? "";
        foreach (var list in (string[])["containers", "initContainers"])
        {
            var mine = pod.Object("spec").List(list).Objects().Where(container => container.Text("name") is not ("istio-proxy" or "istio-init" or "istio-validation")).ToList();
            var kept = result.Object("spec").List(list).Objects().Where(container => container.Text("name") is not ("istio-proxy" or "istio-init" or "istio-validation" or "grpc-bootstrap-init")).ToList();

            // The user's own annotation may bring a container, as in Istio; nothing else may.
            kept.RemoveAll(container => !mine.Exists(one => one.Text("name") == container.Text("name")) && asked.Contains($"\"{container.Text("name")}\"", StringComparison.Ordinal));
            Assert.True(mine.Count == kept.Count, $"containers came or went: {hint}");
            string[] may = pods.UsesGrpc
                ? ["readinessProbe", "livenessProbe", "startupProbe", "lifecycle", "env", "volumeMounts"]
                : ["readinessProbe", "livenessProbe", "startupProbe", "lifecycle"];
            foreach (var (before, after) in mine.Zip(kept))
                CheckMembers(before, after, may, hint);
        }

        foreach (var (name, value) in pod.Object("metadata").Object("labels") ?? [])
        {
            if (name is not ("service.istio.io/canonical-name" or "security.istio.io/tlsMode" or "service.istio.io/canonical-revision" or "topology.istio.io/network") && value is not null)
                Assert.True(JsonTree.Same(value, result.Object("metadata").Object("labels")?[name]), $"label {name}: {hint}");
        }
    }

    private static void CheckMembers(JsonObject? before, JsonObject? after, string[] mayDiffer, string hint)
    {
        foreach (var name in (before ?? []).Concat(after ?? []).Select(entry => entry.Key).Distinct().Except(mayDiffer))
            Assert.True(JsonTree.Same(before?[name], after?[name]), $"{name}: {hint}");
    }

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : fallback;
}
