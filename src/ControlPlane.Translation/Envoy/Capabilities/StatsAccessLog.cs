using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Istio.Stats;
using Counter = Envoy.Extensions.AccessLoggers.Stats.V3.Config.Types.Counter;
using Histogram = Envoy.Extensions.AccessLoggers.Stats.V3.Config.Types.Histogram;
using Stat = Envoy.Extensions.AccessLoggers.Stats.V3.Config.Types.Stat;
using StatsConfig = Envoy.Extensions.AccessLoggers.Stats.V3.Config;
using Tag = Envoy.Extensions.AccessLoggers.Stats.V3.Config.Types.Tag;
using Unit = Envoy.Extensions.AccessLoggers.Stats.V3.Config.Types.Histogram.Types.Unit;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Builds the access logger that stands in for istio.stats. It knows the proxy itself (from its node), the cluster's service and the peer's
/// certificate; what the metadata exchange would tell of the peer (its namespace, app and version) stays out. Histograms carry fewer labels, and
/// the sizes of HTTP bodies are not counted: each label costs a request about a microsecond.
/// </summary>
internal static class StatsAccessLog
{
    private const string LoggerName = "envoy.access_loggers.stats";
    private const string StatPrefix = "istio";
    private const string Service = "xds.cluster_metadata.filter_metadata['istio']['services'][0]";
    private const string NodeLabels = "xds.node.metadata['LABELS']";

    private static readonly string[] LatencyLabels = ["reporter", "source_workload", "destination_workload", "destination_service", "response_code"];

    private static readonly (string Name, string Format)[] HttpLabels =
    [
        ("request_protocol", Cel("'content-type' in request.headers && request.headers['content-type'].startsWith('application/grpc') ? 'grpc' : 'http'")),
        ("response_code", "%RESPONSE_CODE%"),
        ("grpc_response_status", "%GRPC_STATUS_NUMBER%"),
    ];

    private static readonly (string Name, string Format)[] TcpLabels = [("request_protocol", "tcp")];

    /// <summary>The logger of an HTTP connection manager; null where the settings leave nothing to count.</summary>
    public static AccessLog? Http(PluginConfig settings, TrafficDirection direction)
    {
        var labels = Labels(settings, direction, HttpLabels);
        var config = new StatsConfig { StatPrefix = StatPrefix };
        AddCounter(config, settings, "requests_total", labels, fixedValue: 1);
        const string duration = "request_duration_milliseconds";
        if (MetricSettings.Of(settings, duration) is { Drop: false } metric)
        {
            var few = labels.Where(label => LatencyLabels.Contains(label.Name));
            config.Histograms.Add(new Histogram { Unit = Unit.Milliseconds, ValueFormat = "%DURATION%", Stat = StatOf(duration, metric.Apply(few)) });
        }

        return Packed(config);
    }

    /// <summary>The logger of a TCP proxy, which writes when a connection ends; null where the settings leave nothing to count.</summary>
    public static AccessLog? Tcp(PluginConfig settings, TrafficDirection direction)
    {
        var labels = Labels(settings, direction, TcpLabels);
        var config = new StatsConfig { StatPrefix = StatPrefix };
        AddCounter(config, settings, "tcp_sent_bytes_total", labels, "%BYTES_SENT%");
        AddCounter(config, settings, "tcp_received_bytes_total", labels, "%BYTES_RECEIVED%");
        AddCounter(config, settings, "tcp_connections_closed_total", labels, fixedValue: 1);
        return Packed(config);
    }

    private static AccessLog? Packed(StatsConfig config) =>
        config.Counters.Count + config.Histograms.Count == 0 ? null : new AccessLog { Name = LoggerName, TypedConfig = ProtoJson.Pack(config) };

    private static void AddCounter(
        StatsConfig config, PluginConfig settings, string name, List<(string Name, string Format)> labels, string format = "", ulong? fixedValue = null)
    {
        var metric = MetricSettings.Of(settings, name);
        if (!metric.Drop)
            config.Counters.Add(new Counter { ValueFormat = format, ValueFixed = fixedValue, Stat = StatOf(name, metric.Apply(labels)) });
    }

    private static Stat StatOf(string name, IEnumerable<(string Name, string Format)> labels) =>
        new() { Name = name, Tags = { labels.Select(label => new Tag { Name = label.Name, ValueFormat = label.Format }) } };

    /// <summary>The labels in Istio's order.</summary>
    private static List<(string Name, string Format)> Labels(PluginConfig settings, TrafficDirection direction, (string Name, string Format)[] ofProtocol)
    {
        var atServer = direction == TrafficDirection.Inbound || settings.Reporter == Reporter.ServerGateway;
        List<(string Name, string Format)> labels = [("reporter", atServer ? "destination" : "source")];
        if (!atServer)
            labels.AddRange(Self("source"));
        labels.Add(("source_principal", atServer ? "%DOWNSTREAM_PEER_URI_SAN%" : "%UPSTREAM_LOCAL_URI_SAN%"));
        labels.AddRange(atServer ? Self("destination") : [("destination_workload", "%UPSTREAM_METADATA(istio:workload)%")]);
        labels.Add(("destination_principal", atServer ? "%DOWNSTREAM_LOCAL_URI_SAN%" : "%UPSTREAM_PEER_URI_SAN%"));
        labels.Add(("destination_service", Cel(Service + "['host']")));
        labels.Add(("destination_service_name", Cel(Service + "['name']")));
        labels.Add(("destination_service_namespace", Cel(Service + "['namespace']")));
        labels.AddRange(ofProtocol);
        labels.Add(("response_flags", "%RESPONSE_FLAGS%"));
        labels.Add(("connection_security_policy", atServer ? Cel("connection.mtls ? 'mutual_tls' : 'none'") : "unknown"));
        return labels;
    }

    /// <summary>What the proxy's node says of its own workload.</summary>
    private static (string Name, string Format)[] Self(string side) =>
    [
        (side + "_workload", Cel("xds.node.metadata['WORKLOAD_NAME']")),
        (side + "_canonical_service", Cel(NodeLabels + "['service.istio.io/canonical-name']")),
        (side + "_canonical_revision", Cel(NodeLabels + "['service.istio.io/canonical-revision']")),
        (side + "_workload_namespace", Cel("xds.node.metadata['NAMESPACE']")),
        (side + "_cluster", Cel("xds.node.metadata['CLUSTER_ID']")),
    ];

    private static string Cel(string expression) => $"%CEL({expression})%";
}
