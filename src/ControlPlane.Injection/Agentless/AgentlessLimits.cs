using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Agentless;

/// <summary>What a pod asks of Istio's agent, which the template agentless does not have: told, never dropped in silence.</summary>
internal static class AgentlessLimits
{
    private const string DnsCapture = "ISTIO_META_DNS_CAPTURE";

    private static readonly string[] OfTheAgent =
    [
        AnnotationNames.AgentLogLevel, AnnotationNames.BootstrapOverride, AnnotationNames.StatsHistogramBins, AnnotationNames.StatsCompression,
        AnnotationNames.ExtraStatTags, AnnotationNames.ApplicationPorts, AnnotationNames.ScrapeTargets,
    ];

    /// <summary>What has no effect.</summary>
    public static IEnumerable<string> Of(TemplateInput input)
    {
        foreach (var annotation in OfTheAgent.Where(input.Has))
            yield return $"annotation {annotation} has no effect with the template {AgentlessTemplate.Name}, which has no agent";
        if (AnnotationRules.GoBool(input.Annotations.GetValueOrDefault(AnnotationNames.MergeMetrics)) == true)
            yield return $"annotation {AnnotationNames.MergeMetrics} has no effect with the template {AgentlessTemplate.Name}: Prometheus scrapes Envoy and the application by themselves";
        if (AnnotationRules.GoBool(input.ProxyMetadata.GetValueOrDefault(DnsCapture)) == true)
            yield return $"proxyMetadata {DnsCapture} has no effect with the template {AgentlessTemplate.Name}: there is no agent that answers DNS";
        if (!input.IsNative && ProxyConfigs.HoldsApplication(input.ProxyConfig))
            yield return $"holdApplicationUntilProxyStarts has no effect with the template {AgentlessTemplate.Name} unless the proxy is a native sidecar";
    }
}
