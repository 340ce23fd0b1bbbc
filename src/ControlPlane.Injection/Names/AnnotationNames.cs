namespace ControlPlane.Injection.Names;

/// <summary>Annotations of pods and namespaces that injection reads or writes, as Istio names them.</summary>
internal static class AnnotationNames
{
    public const string Inject = "sidecar.istio.io/inject";
    public const string Status = "sidecar.istio.io/status";
    public const string Templates = "inject.istio.io/templates";
    public const string ProxyConfig = "proxy.istio.io/config";
    public const string Overrides = "proxy.istio.io/overrides";
    public const string Revision = "istio.io/rev";
    public const string InterceptionMode = "sidecar.istio.io/interceptionMode";
    public const string StatusPort = "status.sidecar.istio.io/port";
    public const string ReadinessInitialDelay = "readiness.status.sidecar.istio.io/initialDelaySeconds";
    public const string ReadinessPeriod = "readiness.status.sidecar.istio.io/periodSeconds";
    public const string ReadinessFailureThreshold = "readiness.status.sidecar.istio.io/failureThreshold";
    public const string IncludeOutboundIPRanges = "traffic.sidecar.istio.io/includeOutboundIPRanges";
    public const string ExcludeOutboundIPRanges = "traffic.sidecar.istio.io/excludeOutboundIPRanges";
    public const string IncludeOutboundPorts = "traffic.sidecar.istio.io/includeOutboundPorts";
    public const string ExcludeOutboundPorts = "traffic.sidecar.istio.io/excludeOutboundPorts";
    public const string IncludeInboundPorts = "traffic.sidecar.istio.io/includeInboundPorts";
    public const string ExcludeInboundPorts = "traffic.sidecar.istio.io/excludeInboundPorts";
    public const string ExcludeInterfaces = "traffic.sidecar.istio.io/excludeInterfaces";
    public const string KubevirtInterfaces = "traffic.sidecar.istio.io/kubevirtInterfaces";
    public const string RerouteVirtualInterfaces = "istio.io/reroute-virtual-interfaces";
    public const string MergeMetrics = "prometheus.istio.io/merge-metrics";
    public const string ProxyCpu = "sidecar.istio.io/proxyCPU";
    public const string ProxyCpuLimit = "sidecar.istio.io/proxyCPULimit";
    public const string ProxyMemory = "sidecar.istio.io/proxyMemory";
    public const string ProxyMemoryLimit = "sidecar.istio.io/proxyMemoryLimit";
    public const string ProxyImage = "sidecar.istio.io/proxyImage";
    public const string ProxyImageType = "sidecar.istio.io/proxyImageType";
    public const string LogLevel = "sidecar.istio.io/logLevel";
    public const string ComponentLogLevel = "sidecar.istio.io/componentLogLevel";
    public const string AgentLogLevel = "sidecar.istio.io/agentLogLevel";
    public const string RewriteProbes = "sidecar.istio.io/rewriteAppHTTPProbers";
    public const string NativeSidecar = "sidecar.istio.io/nativeSidecar";
    public const string BootstrapOverride = "sidecar.istio.io/bootstrapOverride";
    public const string UserVolume = "sidecar.istio.io/userVolume";
    public const string UserVolumeMount = "sidecar.istio.io/userVolumeMount";
    public const string BindLowPorts = "sidecar.istio.io/capNetBindService";
    public const string DefaultContainer = "kubectl.kubernetes.io/default-container";
    public const string DefaultLogsContainer = "kubectl.kubernetes.io/default-logs-container";
    public const string MultusNetworks = "k8s.v1.cni.cncf.io/networks";
    public const string DatadogEnvironment = "apm.datadoghq.com/env";
    public const string OpenTelemetryPrefix = "resource.opentelemetry.io/";
    public const string OpenShiftUserRange = "openshift.io/sa.scc.uid-range";
    public const string OpenShiftGroups = "openshift.io/sa.scc.supplemental-groups";
}
