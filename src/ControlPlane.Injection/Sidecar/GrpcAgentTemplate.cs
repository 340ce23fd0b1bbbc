using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The template grpc-agent: gRPC itself speaks xDS, through an agent that keeps certificates.</summary>
internal sealed class GrpcAgentTemplate : IPodTemplate
{
    private const int AgentPort = 15020;

    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        var annotations = PodMetadata.Annotations(input);
        annotations[AnnotationNames.RewriteProbes] = "false";
        var spec = new JsonObject
        {
            ["containers"] = JsonTree.ListOf([
                Agent(input), .. input.Containers.Where(container => container.Text("name") != ContainerNames.Proxy).Select(container => Application(container, input))]),
            ["volumes"] = JsonTree.ListOf(Volumes(input)),
        };
        if (input.Values.Images.PullSecrets.Count > 0)
            spec["imagePullSecrets"] = JsonTree.ListOf(ProxyVolumes.PullSecrets(input));
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = PodMetadata.CanonicalLabels(input, cut: false), ["annotations"] = annotations },
            ["spec"] = spec,
        };
    }

    private static JsonObject Agent(TemplateInput input)
    {
        var container = new JsonObject
        {
            ["name"] = ContainerNames.Proxy,
            ["image"] = ProxyImages.Proxy(input),
            ["ports"] = ProxyContainer.Ports(AgentPort, "mesh-metrics"),
            ["args"] = JsonTree.Texts(ProxyContainer.Arguments(input, "sidecar")),
            ["lifecycle"] = ProxyContainer.Hook("postStart", "pilot-agent", "wait", "--url=http://localhost:15020/healthz/ready"),
            ["env"] = Environment(input),
        };
        container.SetPullPolicy(input);
        if (input.HasProbes)
        {
            container["readinessProbe"] = ProxyContainer.Readiness(input, AgentPort);
            container.SetIfAny("resources", ProxyContainer.Resources(input));
        }

        container["volumeMounts"] = JsonTree.ListOf(input.HasProbes ? Mounts(input) : ProxyVolumes.MountsOfUser(input));
        return container;
    }

    private static JsonArray Environment(TemplateInput input) => new EnvironmentList()
        .Text("ISTIO_META_GENERATOR", "grpc")
        .Text("OUTPUT_CERTS", "/var/lib/istio/data")
        .LocalhostProbes(input)
        .Identity(input)
        .Config(input)
        .Cluster(input)
        .Network(input)
        .Owner(input, input.Owner.Name)
        .Mesh(input)
        .All(input.ProxyMetadata)
        .Text("ISTIO_META_DNS_CAPTURE", "false")
        .Text("DISABLE_ENVOY", "true")
        .Items;

    private static JsonObject Application(JsonObject container, TemplateInput input) => new()
    {
        ["name"] = container.Text("name"),
        ["env"] = new EnvironmentList()
            .Text("GRPC_XDS_EXPERIMENTAL_SECURITY_SUPPORT", "true").Text("GRPC_XDS_BOOTSTRAP", "/etc/istio/proxy/grpc-bootstrap.json").Items,
        ["volumeMounts"] = JsonTree.ListOf(
        [
            ProxyVolumes.Mount("istio-data", "/var/lib/istio/data"),
            ProxyVolumes.Mount("istio-xds", "/etc/istio/proxy"),
            ProxyVolumes.CertificatesMount(input),
        ]),
    };

    private static IEnumerable<JsonObject> Mounts(TemplateInput input) =>
    [
        ProxyVolumes.Mount("workload-socket", "/var/run/secrets/workload-spiffe-uds"),
        ProxyVolumes.CertificatesMount(input),
        .. ProxyVolumes.RootMount(input),
        ProxyVolumes.Mount("istio-data", "/var/lib/istio/data"),
        ProxyVolumes.Mount("istio-xds", "/etc/istio/proxy"),
        ProxyVolumes.Mount("istio-token", "/var/run/secrets/tokens"),
        .. ProxyVolumes.MeshCertificatesMount(input),
        ProxyVolumes.Mount("istio-podinfo", "/etc/istio/pod"),
        .. ProxyVolumes.MountsOfUser(input),
    ];

    private static IEnumerable<JsonObject> Volumes(TemplateInput input) =>
    [
        ProxyVolumes.Bare("workload-socket"),
        ProxyVolumes.Certificates(input, bare: true),
        .. ProxyVolumes.CustomBootstrap(input),
        ProxyVolumes.Memory("istio-xds"),
        ProxyVolumes.Empty("istio-data"),
        ProxyVolumes.PodInfo(),
        ProxyVolumes.Token(input),
        .. ProxyVolumes.Root(input),
        .. ProxyVolumes.MeshCertificates(input),
        .. ProxyVolumes.OfUser(input, AnnotationNames.UserVolume),
    ];
}
