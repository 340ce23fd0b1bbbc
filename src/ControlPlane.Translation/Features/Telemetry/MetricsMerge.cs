using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using Istio.Telemetry.V1Alpha1;
using Metric = Istio.Telemetry.V1Alpha1.MetricSelector.Types.IstioMetric;
using Proto = Istio.Telemetry.V1Alpha1.Telemetry;
using TagOverride = Istio.Telemetry.V1Alpha1.MetricsOverrides.Types.TagOverride;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Merges the metrics settings of Telemetry objects: which providers are in scope, and what is changed per side and metric.</summary>
internal static class MetricsMerge
{
    // API name and Prometheus name of the metrics, in the order of the former.
    private static readonly (Metric Metric, string ApiName, string Name)[] Known =
    [
        (Metric.GrpcRequestMessages, "GRPC_REQUEST_MESSAGES", "request_messages_total"),
        (Metric.GrpcResponseMessages, "GRPC_RESPONSE_MESSAGES", "response_messages_total"),
        (Metric.RequestCount, "REQUEST_COUNT", "requests_total"),
        (Metric.RequestDuration, "REQUEST_DURATION", "request_duration_milliseconds"),
        (Metric.RequestSize, "REQUEST_SIZE", "request_bytes"),
        (Metric.ResponseSize, "RESPONSE_SIZE", "response_bytes"),
        (Metric.TcpClosedConnections, "TCP_CLOSED_CONNECTIONS", "tcp_connections_closed_total"),
        (Metric.TcpOpenedConnections, "TCP_OPENED_CONNECTIONS", "tcp_connections_opened_total"),
        (Metric.TcpReceivedBytes, "TCP_RECEIVED_BYTES", "tcp_received_bytes_total"),
        (Metric.TcpSentBytes, "TCP_SENT_BYTES", "tcp_sent_bytes_total"),
    ];

    /// <summary>The providers in scope by name as written.</summary>
    public static Dictionary<string, ProviderMetrics> Merge(IReadOnlyList<string> defaults, EquatableArray<Frozen<Proto>> layers)
    {
        var entries = layers.SelectMany(l => l.Message.Metrics).ToList();
        var providers = new Dictionary<string, ProviderMetrics>(StringComparer.Ordinal);
        if (entries.Count == 0)
        {
            foreach (var name in defaults)
                providers[name] = new ProviderMetrics();
            return providers;
        }

        var scope = new HashSet<string>(
            entries.LastOrDefault(e => e.Providers.Count > 0)?.Providers.Select(p => p.Name) ?? defaults, StringComparer.Ordinal);
        IReadOnlyList<string> current = defaults;
        foreach (var entry in entries)
        {
            if (entry.Providers.Count > 0)
                current = [.. entry.Providers.Select(p => p.Name)];
            foreach (var name in current.Where(scope.Contains))
            {
                if (!providers.TryGetValue(name, out var metrics))
                    providers[name] = metrics = new ProviderMetrics();
                metrics.Apply(entry);
            }
        }

        return providers;
    }

    /// <summary>What is said of one provider.</summary>
    public sealed class ProviderMetrics
    {
        private readonly SideMetrics _client = new();
        private readonly SideMetrics _server = new();
        private Duration? _reportingInterval;

        public void Apply(Istio.Telemetry.V1Alpha1.Metrics entry)
        {
            _reportingInterval = entry.ReportingInterval ?? _reportingInterval;
            foreach (var change in entry.Overrides)
            {
                var mode = change.Match?.Mode ?? WorkloadMode.ClientAndServer;
                if (mode != WorkloadMode.Server)
                    _client.Apply(change);
                if (mode != WorkloadMode.Client)
                    _server.Apply(change);
            }
        }

        /// <summary>The filter's configuration, null where all metrics of the side are off.</summary>
        public PluginConfig? Configuration(TelemetrySide side)
        {
            var metrics = side == TelemetrySide.Inbound ? _server : _client;
            if (metrics.Disabled)
                return null;
            var config = new PluginConfig { DisableHostHeaderFallback = side != TelemetrySide.Outbound, TcpReportingDuration = _reportingInterval };
            config.Metrics.AddRange(metrics.Changes.Select(c => c.Value.Configuration(c.Key)));
            return config;
        }
    }

    /// <summary>What is said of one provider's metrics on one side.</summary>
    private sealed class SideMetrics
    {
        public SortedDictionary<string, MetricChange> Changes { get; } = new(StringComparer.Ordinal);

        public bool Disabled { get; private set; }

        public void Apply(MetricsOverrides change)
        {
            var match = change.Match;
            var custom = match?.MetricMatchCase == MetricSelector.MetricMatchOneofCase.CustomMetric;
            var all = !custom && (match is null || match.MetricMatchCase == MetricSelector.MetricMatchOneofCase.None || match.Metric == Metric.AllMetrics);
            Disabled = all && (change.Disabled ?? false);
            if (Disabled)
                return;
            string[] names = custom ? [match!.CustomMetric] : [.. Known.Where(k => all || k.Metric == match!.Metric).Select(k => k.ApiName)];
            foreach (var name in names)
            {
                if (!Changes.TryGetValue(name, out var metric))
                    Changes[name] = metric = new MetricChange();
                metric.Disabled = change.Disabled ?? metric.Disabled;
                foreach (var (tag, value) in change.TagOverrides)
                    metric.Tags[tag] = value;
            }
        }
    }

    /// <summary>What is said of one metric.</summary>
    private sealed class MetricChange
    {
        public bool Disabled { get; set; }

        public SortedDictionary<string, TagOverride> Tags { get; } = new(StringComparer.Ordinal);

        public MetricConfig Configuration(string apiName)
        {
            var known = Known.FirstOrDefault(k => k.ApiName == apiName).Name;
            var config = new MetricConfig { Name = known ?? apiName, Drop = Disabled };
            foreach (var (tag, value) in Tags)
            {
                if (value.Operation == TagOverride.Types.Operation.Remove)
                    config.TagsToRemove.Add(tag);
                else
                    config.Dimensions[tag] = value.Value;
            }

            return config;
        }
    }
}
