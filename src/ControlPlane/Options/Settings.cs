using System.Net;

namespace ControlPlane.Options;

/// <summary>The settings of a server: names, defaults (Istio's ports, on loopback) and meaning. The README's table is held to this list by a test.</summary>
public static partial class Settings
{
    /// <summary>See <see cref="SourceOptions.Source"/>.</summary>
    public static Setting<SourceSpec> Source { get; } = new(
        "--source", "SOURCE", SourceSpec.EmbeddedText,
        "Where objects come from: dir:PATH, a directory of Kubernetes YAML or JSON that is watched; kubernetes, an API server; or embedded, the built-in Bookinfo sample.",
        SettingParsers.Source);

    /// <summary>See <see cref="SourceOptions.Cluster"/>.</summary>
    public static Setting<string> KubeConfig { get; } = new(
        "--kubeconfig", "FILE", "",
        "With --source kubernetes: the kubeconfig file. Without it the pod's service account, outside of a cluster ~/.kube/config.",
        static text => text);

    /// <summary>See <see cref="SourceOptions.Cluster"/>.</summary>
    public static Setting<string> KubeContext { get; } = new(
        "--context", "NAME", "", "With --source kubernetes: the context of the kubeconfig file, in place of its current one.", static text => text);

    /// <summary>See <see cref="SourceOptions.Revision"/>.</summary>
    public static Setting<string> Revision { get; } = new(
        "--revision", "NAME", "",
        "Revision of this control plane: configuration whose label istio.io/rev names another one is not read. Without it all is read.",
        static text => text.Length == 0 ? "" : SettingParsers.NamespaceName(text));

    /// <summary>See <see cref="SourceOptions.MeshConfigFile"/>.</summary>
    public static Setting<string> MeshConfig { get; } = new(
        "--mesh-config", "FILE", "",
        "A file with the mesh configuration in YAML, in place of the ConfigMap istio in the root namespace.",
        static text => text, "--meshConfig");

    /// <summary>See <see cref="SourceOptions.WritesStatus"/>.</summary>
    public static Setting<bool> ConfigStatus { get; } = new(
        "--config-status", "BOOL", "false",
        "With --source kubernetes: whether statuses are written: of the Gateway API's objects what the API wants told (Accepted, Programmed, ...), of Istio's what is wrong with them; needs the rights of deploy/manifests/config-status.example.yaml.",
        SettingParsers.Switch);

    /// <summary>See <see cref="SourceOptions.RootNamespace"/>.</summary>
    public static Setting<string> RootNamespace { get; } = new(
        "--root-namespace", "NAME", "istio-system",
        "Namespace of the control plane, in which the ConfigMap istio with the mesh configuration is looked for.",
        SettingParsers.NamespaceName, "--namespace");

    /// <summary>See <see cref="ListenOptions.Xds"/>.</summary>
    public static Setting<IPEndPoint> XdsAddress { get; } = new(
        "--xds-address", "HOST:PORT", "127.0.0.1:15010",
        "Address for xDS over gRPC without TLS; anyone who reaches it can read the mesh. Use *:15010 for all addresses; port 0 picks a free one.",
        SettingParsers.Address, "--grpcAddr");

    /// <summary>See <see cref="ListenOptions.Http"/>.</summary>
    public static Setting<IPEndPoint> HttpAddress { get; } = new(
        "--http-address", "HOST:PORT", "127.0.0.1:8080",
        "Address for /ready, /healthz/live and /debug/.",
        SettingParsers.Address, "--httpAddr");

    /// <summary>See <see cref="ListenOptions.Monitoring"/>.</summary>
    public static Setting<IPEndPoint> MonitoringAddress { get; } = new(
        "--monitoring-address", "HOST:PORT", "127.0.0.1:15014",
        "Address for /metrics and /version.",
        SettingParsers.Address, "--monitoringAddr");

    /// <summary>See <see cref="XdsOptions.MaxConnectionAge"/>.</summary>
    public static Setting<TimeSpan?> MaxConnectionAge { get; } = new(
        "--max-connection-age", "DURATION", "never",
        "Age, give or take a tenth, at which an xDS connection gets GOAWAY so that proxies spread over replicas again; or never.",
        SettingParsers.DurationOrNever, "--keepaliveMaxServerConnectionAge");

    /// <summary>See <see cref="XdsOptions.DrainGrace"/>.</summary>
    public static Setting<TimeSpan> DrainGrace { get; } = new(
        "--drain-grace", "DURATION", "5s",
        "Time between GOAWAY and the end of the streams that are still open, at shutdown and at the greatest age.",
        SettingParsers.Duration);

    /// <summary>See <see cref="XdsOptions.ShutdownDelay"/>.</summary>
    public static Setting<TimeSpan> ShutdownDelay { get; } = new(
        "--shutdown-delay", "DURATION", "0s",
        "Time between a signal to stop, from which on /ready fails, and GOAWAY, for load balancers to notice.",
        SettingParsers.Duration);

    /// <summary>See <see cref="XdsOptions.WarmingLimit"/>.</summary>
    public static Setting<TimeSpan> WarmingLimit { get; } = new(
        "--warming-limit", "DURATION", "5s",
        "How long routes that name new clusters wait for a proxy to have these warm; up to 1h. Only clusters that can't get warm take so long, such as one whose secret is missing.",
        SettingParsers.DurationUpToAnHour);

    /// <summary>See <see cref="XdsOptions.MaxStreamsPerConnection"/>.</summary>
    public static Setting<int> MaxStreamsPerConnection { get; } = new(
        "--max-streams-per-connection", "COUNT", "20",
        "How many calls one HTTP/2 connection may have at a time, xDS streams or others; more wait at the client, or get another connection. A proxy needs two or three.",
        SettingParsers.Count);

    /// <summary>See <see cref="XdsOptions.MaxStreamRateOfIdentity"/>.</summary>
    public static Setting<double?> MaxStreamRateOfIdentity { get; } = new(
        "--max-identity-stream-rate", "RATE", "500",
        "How many xDS streams one service account may open per second, after ten times as many at once; more are refused with RESOURCE_EXHAUSTED; or none for no limit.",
        SettingParsers.RateOrNone);

    /// <summary>See <see cref="XdsOptions.MaxStreamRate"/>.</summary>
    public static Setting<double?> MaxStreamRate { get; } = new(
        "--max-stream-rate", "RATE", "none",
        "How many xDS streams may be opened per second by all; more wait up to a second and are then refused with RESOURCE_EXHAUSTED; or none for no limit.",
        SettingParsers.RateOrNone);

    /// <summary>See <see cref="DebugOptions.FromAnywhere"/>.</summary>
    public static Setting<bool> DebugFromAnywhere { get; } = new(
        "--debug-from-anywhere", "BOOL", "false",
        "Whether /debug/ answers anyone on other machines; without it callers on loopback, which port-forwards are, and those who bring a token, which shows them their namespace, or all from the root namespace.",
        SettingParsers.Switch);

    /// <summary>See <see cref="LogOptions.Levels"/>.</summary>
    public static Setting<LogLevels> LogLevel { get; } = new(
        "--log-level", "LEVELS", "info",
        "Least level of log lines on standard error: trace, debug, info, warn, error or none; for areas, as in info,xds:debug, of "
        + $"{string.Join(", ", LogAreas.All.Keys)}. PUT /debug/logging?level=xds:debug changes it at run time.",
        LogLevels.Standard.With, "--log_output_level");

    /// <summary>See <see cref="LogOptions.Format"/>.</summary>
    public static Setting<LogFormat> LogFormat { get; } = new(
        "--log-format", "FORMAT", "text", "Form of log lines: text or json.", SettingParsers.Format);

    /// <summary>See <see cref="TracingOptions.Endpoint"/>.</summary>
    public static Setting<Uri?> OtlpEndpoint { get; } = new(
        "--otlp-endpoint", "URL", "",
        "OTLP receiver for traces of changes, such as http://jaeger:4317. OpenTelemetry's variables OTEL_EXPORTER_OTLP_PROTOCOL (grpc or http/protobuf), OTEL_TRACES_SAMPLER and OTEL_SERVICE_NAME say the rest.",
        SettingParsers.HttpUri);

    /// <summary>All of them, in the order of help.</summary>
    public static IReadOnlyList<Setting> All =>
    [
        Source, KubeConfig, KubeContext, Revision, MeshConfig, ConfigStatus, RootNamespace, XdsAddress, HttpAddress, MonitoringAddress, MaxConnectionAge, DrainGrace, ShutdownDelay,
        WarmingLimit, MaxStreamsPerConnection, MaxStreamRateOfIdentity, MaxStreamRate,
        DebugFromAnywhere, LogLevel, LogFormat, OtlpEndpoint, .. Identity, .. Webhook,
    ];
}
