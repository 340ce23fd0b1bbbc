using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The template gateway: a pod whose only task is to be a proxy.</summary>
internal sealed class GatewayTemplate : IPodTemplate
{
    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        var spec = new JsonObject
        {
            ["securityContext"] = input.Values.GatewaySecurityContext?.DeepClone() ?? LowPorts(),
            ["containers"] = JsonTree.ListOf([Proxy(input)]),
            ["volumes"] = JsonTree.ListOf(Volumes(input)),
        };
        if (input.Values.Images.PullSecrets.Count > 0)
            spec["imagePullSecrets"] = JsonTree.ListOf(ProxyVolumes.PullSecrets(input));
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = PodMetadata.CanonicalLabels(input, cut: false), ["annotations"] = PodMetadata.Annotations(input),
            },
            ["spec"] = spec,
        };
    }

    /// <summary>Lets any user listen on ports below 1024.</summary>
    private static JsonObject LowPorts() => new()
    {
        ["sysctls"] = JsonTree.ListOf([new JsonObject { ["name"] = "net.ipv4.ip_unprivileged_port_start", ["value"] = "0" }]),
    };

    private static JsonObject Proxy(TemplateInput input)
    {
        var container = new JsonObject
        {
            ["name"] = ContainerNames.Proxy,
            ["image"] = ProxyImages.Proxy(input),
            ["ports"] = ProxyContainer.Ports(15090, "http-envoy-prom"),
            ["args"] = JsonTree.Texts(ProxyContainer.Arguments(input, "router")),
        };
        container.SetIfAny("lifecycle", input.Values.Proxy.Lifecycle?.DeepClone());
        container["securityContext"] = new JsonObject { ["runAsUser"] = input.User, ["runAsGroup"] = input.Group };
        container["env"] = Environment(input);
        container.SetPullPolicy(input);
        container["readinessProbe"] = ProxyContainer.ChartReadiness(input);
        container["volumeMounts"] = JsonTree.ListOf(Mounts(input));
        return container;
    }

    private static JsonArray Environment(TemplateInput input) => new EnvironmentList()
        .Identity(input)
        .Resource("ISTIO_CPU_LIMIT", "limits.cpu")
        .Config(input)
        .MemoryLimit()
        .Compliance(input)
        .Cluster(input)
        .Text("ISTIO_META_INTERCEPTION_MODE", ProxyConfigs.InterceptionMode(input.ProxyConfig))
        .Network(input)
        .Owner(input, input.Owner.Name)
        .Bootstrap(input)
        .Mesh(input)
        .All(input.ProxyMetadata)
        .Items;

    private static IEnumerable<JsonObject> Mounts(TemplateInput input) =>
    [
        ProxyVolumes.Mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
        ProxyVolumes.Mount("credential-socket", "/var/run/secrets/credential-uds"),
        ProxyVolumes.CertificatesMount(input),
        .. ProxyVolumes.RootMount(input),
        ProxyVolumes.Mount("istio-data", "/var/lib/istio/data"),
        .. ProxyVolumes.CustomBootstrapMount(input),
        ProxyVolumes.Mount("istio-envoy", "/etc/istio/proxy"),
        ProxyVolumes.Mount("istio-token", "/var/run/secrets/tokens"),
        .. ProxyVolumes.MeshCertificatesMount(input),
        ProxyVolumes.Mount("istio-podinfo", "/etc/istio/pod"),
    ];

    private static IEnumerable<JsonObject> Volumes(TemplateInput input) =>
    [
        ProxyVolumes.Bare("workload-socket"),
        ProxyVolumes.Empty("credential-socket"),
        ProxyVolumes.Certificates(input, bare: false),
        .. ProxyVolumes.CustomBootstrap(input),
        ProxyVolumes.Memory("istio-envoy"),
        ProxyVolumes.Empty("istio-data"),
        ProxyVolumes.PodInfo(),
        ProxyVolumes.Token(input),
        .. ProxyVolumes.Root(input),
        .. ProxyVolumes.MeshCertificates(input),
    ];
}
