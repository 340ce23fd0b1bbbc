namespace ControlPlane.Injection.Names;

/// <summary>Environment variables of the proxy container that more than one part of injection writes.</summary>
internal static class EnvironmentNames
{
    public const string ClusterId = "ISTIO_META_CLUSTER_ID";
    public const string Network = "ISTIO_META_NETWORK";
    public const string AppProbes = "ISTIO_KUBE_APP_PROBERS";
    public const string PrometheusScrape = "ISTIO_PROMETHEUS_ANNOTATIONS";
    public const string SecureMetricsPort = "ENVOY_SECURE_MERGED_METRICS_PORT";
}
