using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;

namespace ControlPlane.Injection.Sidecar;

/// <summary>The environment of the proxy's container, in parts that the templates share.</summary>
internal static class ProxyEnvironment
{
    /// <summary>Where the authority is and who the pod is.</summary>
    public static EnvironmentList Identity(this EnvironmentList list, TemplateInput input)
    {
        var mesh = input.Values.Mesh;
        return list
            .Text("PILOT_CERT_PROVIDER", mesh.CertificateProvider)
            .Text("CA_ADDR", mesh.AuthorityAddress.Length > 0 ? mesh.AuthorityAddress : ControlPlaneAddress(input))
            .Field("POD_NAME", "metadata.name")
            .Field("POD_NAMESPACE", "metadata.namespace")
            .Field("INSTANCE_IP", "status.podIP")
            .Field("SERVICE_ACCOUNT", "spec.serviceAccountName")
            .Field("HOST_IP", "status.hostIP");
    }

    /// <summary>The control plane's address for agents.</summary>
    public static string ControlPlaneAddress(TemplateInput input)
    {
        var mesh = input.Values.Mesh;
        return $"istiod{(mesh.Revision.Length == 0 ? "" : "-" + mesh.Revision)}.{mesh.IstioNamespace}.svc:15012";
    }

    public static EnvironmentList LocalhostProbes(this EnvironmentList list, TemplateInput input) =>
        input.Mesh.InboundToLocalhost ? list.Text("REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION", "true") : list;

    public static EnvironmentList Config(this EnvironmentList list, TemplateInput input) => list
        .Text("PROXY_CONFIG", ProxyConfigs.Write(input.ProxyConfig))
        .Text("ISTIO_META_POD_PORTS", PodPorts(input))
        .Text("ISTIO_META_APP_CONTAINERS", string.Join(',', input.AppNames));

    public static EnvironmentList MemoryLimit(this EnvironmentList list) => list.Resource("GOMEMLIMIT", "limits.memory");

    public static EnvironmentList Compliance(this EnvironmentList list, TemplateInput input)
    {
        var policy = input.Values.Mesh.CompliancePolicy;
        list.TextIfAny("COMPLIANCE_POLICY", policy);
        return policy == "fips-140-3" ? list.Text("GODEBUG", "fips140=only") : list;
    }

    public static EnvironmentList Cluster(this EnvironmentList list, TemplateInput input) => list
        .Text(EnvironmentNames.ClusterId, input.Values.Mesh.ClusterName is { Length: > 0 } name ? name : "Kubernetes")
        .Field("ISTIO_META_NODE_NAME", "spec.nodeName");

    public static EnvironmentList Network(this EnvironmentList list, TemplateInput input) =>
        list.TextIfAny(EnvironmentNames.Network, input.Values.Mesh.Network);

    public static EnvironmentList Owner(this EnvironmentList list, TemplateInput input, string workloadName)
    {
        var owner = input.Owner;
        list.TextIfAny("ISTIO_META_WORKLOAD_NAME", workloadName);
        if (owner.ApiVersion.Length == 0 || owner.Name.Length == 0)
            return list;
        var ns = owner.Namespace.Length == 0 ? "default" : owner.Namespace;
        return list.Text("ISTIO_META_OWNER", $"kubernetes://apis/{owner.ApiVersion}/namespaces/{ns}/{owner.Kind.ToLowerInvariant()}s/{owner.Name}");
    }

    public static EnvironmentList Bootstrap(this EnvironmentList list, TemplateInput input) =>
        input.Has(AnnotationNames.BootstrapOverride)
            ? list.Text("ISTIO_BOOTSTRAP_OVERRIDE", "/etc/istio/custom-bootstrap/custom_bootstrap.json")
            : list;

    public static EnvironmentList Mesh(this EnvironmentList list, TemplateInput input)
    {
        var values = input.Values.Mesh;
        var trustDomain = input.Mesh.TrustDomain.Length > 0 ? input.Mesh.TrustDomain : values.TrustDomain;
        return list.TextIfAny("ISTIO_META_MESH_ID", values.MeshId.Length > 0 ? values.MeshId : trustDomain).TextIfAny("TRUST_DOMAIN", trustDomain);
    }

    /// <summary>What tracers want: Datadog's own variables, OpenTelemetry's attributes of the service.</summary>
    public static EnvironmentList Tracing(this EnvironmentList list, TemplateInput input)
    {
        if (input.Values.Proxy.Tracer == "datadog" && input.Annotations.TryGetValue(AnnotationNames.DatadogEnvironment, out var text))
        {
            foreach (var (name, value) in AnnotationJson.Map(AnnotationNames.DatadogEnvironment, text).OrderBy(entry => entry.Key, StringComparer.Ordinal))
                list.Text(name, JsonTree.Printed(value));
        }

        return input.Mesh.OpenTelemetryAttributes ? list.TextIfAny("OTEL_RESOURCE_ATTRIBUTES", OpenTelemetryAttributes.Of(input)) : list;
    }

    /// <summary>The ports of all containers as the agent reads them.</summary>
    private static string PodPorts(TemplateInput input)
    {
        var ports = new JsonArray();
        foreach (var container in input.Containers)
        {
            foreach (var port in container.List("ports").Objects())
                ports.Add(JsonTree.WithoutNulls(port));
        }

        return JsonText.Write(ports);
    }
}
