using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Agentless;

/// <summary>
/// The template agentless, ours: a plain Envoy beside the application, without Istio's agent. Its bootstrap stands in its arguments, so that nothing
/// must be created besides the pod; it proves itself by the pod's token and gets its certificates over the same stream.
/// </summary>
internal sealed class AgentlessTemplate : IPodTemplate
{
    /// <summary>Name by which pods ask for it.</summary>
    public const string Name = "agentless";

    // Linux bounds one argument at 128 KiB; etcd and the kubelet's own limits make much less wise.
    private const int MaxBootstrap = 64 * 1024;

    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        var probes = AgentlessProbes.Of(input);
        var proxy = Proxy(input, probes);
        var spec = new JsonObject();
        var init = JsonTree.ListOf(Interception(input, probes) is { } interception ? [interception] : []);
        if (input.IsNative)
            init.Add((JsonNode)proxy);
        else
            spec["containers"] = JsonTree.ListOf([proxy]);
        if (init.Count > 0)
            spec["initContainers"] = init;
        spec["volumes"] = JsonTree.ListOf([
            ProxyVolumes.Memory("istio-envoy"), ProxyVolumes.Token(input), .. ProxyVolumes.Root(input), .. ProxyVolumes.OfUser(input, AnnotationNames.UserVolume),
        ]);
        if (input.Values.Images.PullSecrets.Count > 0)
            spec["imagePullSecrets"] = JsonTree.ListOf(ProxyVolumes.PullSecrets(input));
        var labels = PodMetadata.CanonicalLabels(input, cut: true);
        labels[LabelNames.TlsMode] = PodMetadata.First(input, "istio", LabelNames.TlsMode);

        // Envoy has no merged metrics: Prometheus scrapes its own port, unless the pod says what else.
        var annotations = PodMetadata.Annotations(input);
        annotations[AnnotationNames.MergeMetrics] = "false";
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = annotations },
            ["spec"] = spec,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<string> Warnings(TemplateInput input) => AgentlessLimits.Of(input);

    private static JsonObject Proxy(TemplateInput input, AgentlessProbes probes)
    {
        var container = new JsonObject
        {
            ["name"] = ContainerNames.Proxy,
            ["image"] = input.Annotation(AnnotationNames.ProxyImage, input.Values.Images.Envoy),
            ["ports"] = ProxyContainer.Ports(AgentlessBootstrap.StatisticsPort, "http-envoy-prom"),
            ["command"] = JsonTree.Texts("/usr/local/bin/envoy"),
            ["args"] = JsonTree.Texts(Arguments(input, probes)),
        };
        if (input.IsNative)
            container["restartPolicy"] = "Always";
        container.SetIfAny("lifecycle", input.Values.Proxy.Lifecycle?.DeepClone());
        container["env"] = new EnvironmentList()
            .Field("POD_NAME", "metadata.name").Field("POD_NAMESPACE", "metadata.namespace").Field("INSTANCE_IP", "status.podIP")
            .Field("SERVICE_ACCOUNT", "spec.serviceAccountName").Field("NODE_NAME", "spec.nodeName").Items;
        container.SetPullPolicy(input);
        if (input.HasProbes)
        {
            if (input.Values.Proxy.StartupProbe)
                container["startupProbe"] = ProxyContainer.Startup(input);
            container["readinessProbe"] = ProxyContainer.Readiness(input);
        }

        container["securityContext"] = SecurityContexts.Proxy(input);
        container.SetIfAny("resources", ProxyContainer.Resources(input));
        container["volumeMounts"] = JsonTree.ListOf(
        [
            ProxyVolumes.Mount("istio-envoy", "/etc/istio/proxy"), ProxyVolumes.Mount("istio-token", AgentlessBootstrap.TokenDirectory), .. ProxyVolumes.RootMount(input),
            .. ProxyVolumes.MountsOfUser(input),
        ]);
        return container;
    }

    private static List<string> Arguments(TemplateInput input, AgentlessProbes probes)
    {
        var bootstrap = AgentlessBootstrap.Write(input, probes);
        if (bootstrap.Length > MaxBootstrap)
            throw new FormatException($"the bootstrap of its Envoy is {bootstrap.Length} characters long, more than {MaxBootstrap}: the pod has too many labels or probes");
        List<string> arguments =
        [
            "--config-yaml", bootstrap,
            "--log-level", input.Annotation(AnnotationNames.LogLevel, input.Values.Proxy.LogLevel),
            "--component-log-level", input.Annotation(AnnotationNames.ComponentLogLevel, input.Values.Proxy.ComponentLogLevel),
            "--drain-strategy", "immediate",
        ];
        if (input.ProxyConfig.Whole("concurrency") is > 0 and var threads)
            arguments.AddRange(["--concurrency", threads.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }

    private static JsonObject? Interception(TemplateInput input, AgentlessProbes probes)
    {
        if (!input.IsIntercepted)
            return null;
        List<string> rules = [.. InterceptionContainer.Rules(input)];

        // Probes that Envoy can't do for the application go to it directly.
        var excluded = rules.IndexOf("-d") + 1;
        rules[excluded] = string.Join(',', rules[excluded].Split(',').Concat(probes.DirectPorts.Select(port => port.ToString(CultureInfo.InvariantCulture))).Distinct());
        var container = new JsonObject
        {
            ["name"] = ContainerNames.Init,
            ["image"] = input.Values.Images.Interception,
            ["command"] = JsonTree.Texts("controlplane", "iptables", "--apply"),
            ["args"] = JsonTree.Texts(rules),
        };
        container.SetPullPolicy(input);
        container.SetIfAny("resources", ProxyContainer.Resources(input));
        container["securityContext"] = SecurityContexts.Init(input);
        return container;
    }
}
