namespace ControlPlane.Injection.Names;

/// <summary>Labels of pods and namespaces that injection reads or writes.</summary>
internal static class LabelNames
{
    public const string Inject = "sidecar.istio.io/inject";
    public const string Revision = "istio.io/rev";
    public const string NamespaceInjection = "istio-injection";
    public const string TlsMode = "security.istio.io/tlsMode";
    public const string CanonicalName = "service.istio.io/canonical-name";
    public const string CanonicalRevision = "service.istio.io/canonical-revision";
    public const string WorkloadName = "service.istio.io/workload-name";
    public const string Tunnel = "networking.istio.io/tunnel";
    public const string Network = "topology.istio.io/network";
    public const string App = "app";
    public const string Version = "version";
    public const string RecommendedName = "app.kubernetes.io/name";
    public const string RecommendedVersion = "app.kubernetes.io/version";
    public const string PodTemplateHash = "pod-template-hash";
    public const string RolloutTemplateHash = "rollouts-pod-template-hash";
    public const string DeploymentConfig = "deploymentconfig";
}
