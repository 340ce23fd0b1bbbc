using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The template sidecar: the proxy beside an application, its traffic led through it.</summary>
internal sealed class SidecarTemplate : IPodTemplate
{
    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        var proxy = Proxy(input);
        var spec = new JsonObject();
        var init = JsonTree.ListOf(InterceptionContainer.Make(input) is { } interception ? [interception] : []);
        if (input.IsNative)
            init.Add((JsonNode)proxy);
        else
            spec["containers"] = JsonTree.ListOf([proxy]);
        if (init.Count > 0)
            spec["initContainers"] = init;
        spec["volumes"] = JsonTree.ListOf(Volumes(input));
        if (input.Values.Images.PullSecrets.Count > 0)
            spec["imagePullSecrets"] = JsonTree.ListOf(ProxyVolumes.PullSecrets(input));
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = Labels(input), ["annotations"] = Annotations(input) },
            ["spec"] = spec,
        };
    }

    private static JsonObject Labels(TemplateInput input)
    {
        var labels = new JsonObject { [LabelNames.TlsMode] = PodMetadata.First(input, "istio", LabelNames.TlsMode) };
        if (input.ProxyMetadata.GetValueOrDefault("ISTIO_META_ENABLE_HBONE") == "true")
            labels[LabelNames.Tunnel] = PodMetadata.First(input, "http", LabelNames.Tunnel);
        foreach (var (name, value) in PodMetadata.CanonicalLabels(input, cut: true))
            labels[name] = value!.DeepClone();
        return labels;
    }

    private static JsonObject Annotations(TemplateInput input)
    {
        var annotations = PodMetadata.Annotations(input);
        var proxy = input.Values.Proxy;
        if (!proxy.Cni)
            return annotations;

        // A CNI plugin reads the pod's annotations in place of arguments.
        var traffic = new TrafficSettings(input);
        if (proxy.CniByMultus)
            annotations[AnnotationNames.MultusNetworks] = MultusNetworks.With(input.Annotation(AnnotationNames.MultusNetworks, ""));
        annotations[AnnotationNames.InterceptionMode] = input.Mode;
        SetIfNotEmpty(annotations, AnnotationNames.IncludeOutboundIPRanges, traffic.IncludeIPRanges);
        SetIfNotEmpty(annotations, AnnotationNames.ExcludeOutboundIPRanges, traffic.ExcludeIPRanges);
        annotations[AnnotationNames.IncludeInboundPorts] = traffic.IncludeInboundPorts;
        annotations[AnnotationNames.ExcludeInboundPorts] = traffic.ExcludeInboundPorts;
        annotations.SetIfAny(AnnotationNames.IncludeOutboundPorts, traffic.IncludeOutboundPorts);
        annotations.SetIfAny(AnnotationNames.ExcludeOutboundPorts, traffic.ExcludeOutboundPorts);
        return annotations;
    }

    private static JsonObject Proxy(TemplateInput input)
    {
        var arguments = ProxyContainer.Arguments(input, "sidecar");
        if (input.Values.Proxy.OutlierLogPath is { Length: > 0 } path)
            arguments.Add("--outlierLogPath=" + path);
        var container = new JsonObject
        {
            ["name"] = ContainerNames.Proxy,
            ["image"] = ProxyImages.Proxy(input),
            ["ports"] = ProxyContainer.Ports(15090, "http-envoy-prom"),
            ["args"] = JsonTree.Texts(arguments),
        };
        if (input.IsNative)
            container["restartPolicy"] = "Always";
        container.SetIfAny("lifecycle", Lifecycle(input));
        container["env"] = Environment(input);
        container.SetPullPolicy(input);
        if (input.HasProbes)
        {
            if (input.Values.Proxy.StartupProbe)
                container["startupProbe"] = ProxyContainer.Startup(input);
            container["readinessProbe"] = ProxyContainer.Readiness(input);
        }

        container["securityContext"] = SecurityContexts.Proxy(input);
        container.SetIfAny("resources", ProxyContainer.Resources(input));
        container["volumeMounts"] = JsonTree.ListOf(Mounts(input));
        return container;
    }

    private static JsonNode? Lifecycle(TemplateInput input)
    {
        if (input.Values.Proxy.Lifecycle is { } own)
            return own.DeepClone();
        if (input.IsNative)
            return ProxyContainer.Hook("preStop", "pilot-agent", "request", "--debug-port=" + input.StatusPort, "POST", "drain");
        return ProxyConfigs.HoldsApplication(input.ProxyConfig) || input.Values.Proxy.HoldApplication
            ? ProxyContainer.Hook("postStart", "pilot-agent", "wait")
            : null;
    }

    private static JsonArray Environment(TemplateInput input) => new EnvironmentList()
        .LocalhostProbes(input)
        .Identity(input)
        .Resource("ISTIO_CPU_LIMIT", "limits.cpu")
        .Config(input)
        .MemoryLimit()
        .Compliance(input)
        .Cluster(input)
        .Text("ISTIO_META_INTERCEPTION_MODE", input.Mode.Length > 0 ? input.Mode : ProxyConfigs.InterceptionMode(input.ProxyConfig))
        .Network(input)
        .Owner(input, PodMetadata.First(input, input.Owner.Name, LabelNames.WorkloadName))
        .Bootstrap(input)
        .Mesh(input)
        .Tracing(input)
        .All(input.ProxyMetadata)
        .Items;

    private static IEnumerable<JsonObject> Mounts(TemplateInput input) =>
    [
        ProxyVolumes.Mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
        ProxyVolumes.Mount("credential-socket", "/var/run/secrets/credential-uds"),
        ProxyVolumes.CertificatesMount(input),
        .. ProxyVolumes.RootMount(input),
        .. ProxyVolumes.RevocationListMount(input),
        ProxyVolumes.Mount("istio-data", "/var/lib/istio/data"),
        .. ProxyVolumes.CustomBootstrapMount(input),
        ProxyVolumes.Mount("istio-envoy", "/etc/istio/proxy"),
        ProxyVolumes.Mount("istio-token", "/var/run/secrets/tokens"),
        .. ProxyVolumes.MeshCertificatesMount(input),
        ProxyVolumes.Mount("istio-podinfo", "/etc/istio/pod"),
        .. LightstepMount(input),
        .. ProxyVolumes.MountsOfUser(input),
    ];

    private static IEnumerable<JsonObject> Volumes(TemplateInput input) =>
    [
        ProxyVolumes.Bare("workload-socket"),
        ProxyVolumes.Bare("credential-socket"),
        ProxyVolumes.Certificates(input, bare: true),
        .. ProxyVolumes.CustomBootstrap(input),
        ProxyVolumes.Memory("istio-envoy"),
        ProxyVolumes.Empty("istio-data"),
        ProxyVolumes.PodInfo(),
        ProxyVolumes.Token(input),
        .. ProxyVolumes.Root(input),
        ProxyVolumes.RevocationList(),
        .. ProxyVolumes.MeshCertificates(input),
        .. ProxyVolumes.OfUser(input, AnnotationNames.UserVolume),
        .. LightstepVolume(input),
    ];

    private static JsonObject? LightstepTls(TemplateInput input) =>
        input.Values.Proxy.Tracer == "lightstep" ? input.ProxyConfig.Object("tracing").Object("tlsSettings") : null;

    private static IEnumerable<JsonObject> LightstepMount(TemplateInput input)
    {
        if (LightstepTls(input) is not { } tls)
            yield break;
        var file = tls.Text("caCertificates") ?? "";
        yield return ProxyVolumes.Mount("lightstep-certs", file[..(file.LastIndexOf('/') + 1)], readOnly: true);
    }

    private static IEnumerable<JsonObject> LightstepVolume(TemplateInput input)
    {
        if (LightstepTls(input) is not null)
            yield return new JsonObject { ["name"] = "lightstep-certs", ["secret"] = new JsonObject { ["optional"] = true, ["secretName"] = "lightstep.cacert" } };
    }

    private static void SetIfNotEmpty(JsonObject annotations, string name, string value)
    {
        if (value.Length > 0)
            annotations[name] = value;
    }
}
