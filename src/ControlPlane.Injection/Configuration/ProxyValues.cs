using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Configuration;

/// <summary>Settings of the proxy and of interception (global.proxy, global.proxy_init, global.logging, pilot.cni).</summary>
internal sealed class ProxyValues(ValueReader values)
{
    public string ClusterDomain { get; } = values.Text("global.proxy.clusterDomain");

    public string LogLevel { get; } = values.Text("global.proxy.logLevel");

    public string ComponentLogLevel { get; } = values.Text("global.proxy.componentLogLevel");

    public string AgentLogLevel { get; } = values.Text("global.logging.level");

    public bool LogAsJson { get; } = values.Flag("global.logAsJson");

    public string OutlierLogPath { get; } = values.Text("global.proxy.outlierLogPath");

    public bool Privileged { get; } = values.Flag("global.proxy.privileged");

    public string BindLowPorts { get; } = values.Text("global.proxy.capNetBindService");

    public JsonObject? SeccompProfile { get; } = values.MapWithoutNulls("global.proxy.seccompProfile");

    public JsonObject? Lifecycle { get; } = values.MapWithoutNulls("global.proxy.lifecycle");

    public JsonObject? Resources { get; } = values.MapWithoutNulls("global.proxy.resources");

    public string IncludeIPRanges { get; } = values.Text("global.proxy.includeIPRanges");

    public string ExcludeIPRanges { get; } = values.Text("global.proxy.excludeIPRanges");

    public string IncludeInboundPorts { get; } = values.Text("global.proxy.includeInboundPorts");

    public string ExcludeInboundPorts { get; } = values.Text("global.proxy.excludeInboundPorts");

    public string IncludeOutboundPorts { get; } = values.Text("global.proxy.includeOutboundPorts");

    public string ExcludeOutboundPorts { get; } = values.Text("global.proxy.excludeOutboundPorts");

    public string StatusPort { get; } = values.Text("global.proxy.statusPort");

    public long ReadinessInitialDelay { get; } = values.Number("global.proxy.readinessInitialDelaySeconds");

    public long ReadinessPeriod { get; } = values.Number("global.proxy.readinessPeriodSeconds");

    public long ReadinessFailureThreshold { get; } = values.Number("global.proxy.readinessFailureThreshold");

    public bool StartupProbe { get; } = values.Flag("global.proxy.startupProbe.enabled");

    public long StartupFailureThreshold { get; } = values.Number("global.proxy.startupProbe.failureThreshold");

    public bool HoldApplication { get; } = values.Flag("global.proxy.holdApplicationUntilProxyStarts");

    public string Tracer { get; } = values.Text("global.proxy.tracer");

    public bool ForceApplyIptables { get; } = values.Flag("global.proxy_init.forceApplyIptables");

    public bool NativeNftables { get; } = values.Flag("global.nativeNftables");

    public bool Cni { get; } = values.Flag("pilot.cni.enabled");

    public bool CniByMultus { get; } = values.Text("pilot.cni.provider") == "multus";
}
