using System.Text.Json;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Json;
using ControlPlane.Translation.Envoy.Names;
using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Grpc.V3;
using Envoy.Extensions.AccessLoggers.OpenTelemetry.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Mesh.V1Alpha1;
using Opentelemetry.Proto.Common.V1;
using OtlpKeyValue = Opentelemetry.Proto.Common.V1.KeyValue;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Makes access loggers from the mesh settings and from extension providers.</summary>
internal static class AccessLogProviders
{
    private const string HttpLogName = "http_envoy_accesslog";
    private const string TcpLogName = "tcp_envoy_accesslog";
    private const string OtelLogName = "otel_envoy_accesslog";
    private const string ListenerLogName = "listener_envoy_accesslog";

    private static readonly string[] PeerState = ["upstream_peer", "downstream_peer"];

    private static readonly string[] AllPeerState =
    [
        .. PeerState, "wasm.upstream_peer", "wasm.upstream_peer_id", "wasm.downstream_peer", "wasm.downstream_peer_id",
    ];

    /// <summary>The log file of the mesh settings, or of the built-in provider, which follows their format.</summary>
    public static AccessLog MeshFile(string path, MeshConfig mesh) => File(path, mesh.AccessLogEncoding == MeshConfig.Types.AccessLogEncoding.Json
        ? AccessLogFormats.Json(ReadJson(mesh.AccessLogFormat), false)
        : AccessLogFormats.Text(mesh.AccessLogFormat, false));

    /// <summary>The access log service of the mesh settings, for requests.</summary>
    public static AccessLog MeshHttpService() =>
        Http(new HttpGrpcAccessLogConfig { CommonConfig = Common(HttpLogName, ClusterNames.AccessLogService, "", AllPeerState) });

    /// <summary>The access log service of the mesh settings, for connections or listeners.</summary>
    public static AccessLog MeshTcpService(bool listener) =>
        Tcp(new TcpGrpcAccessLogConfig { CommonConfig = Common(listener ? ListenerLogName : TcpLogName, ClusterNames.AccessLogService, "", AllPeerState) });

    /// <summary>The logger of a provider; null for one that does not log or whose service is not known.</summary>
    public static AccessLog? Of(IReader reader, Provider provider, MeshConfig mesh)
    {
        switch (provider.ProviderCase)
        {
            case Provider.ProviderOneofCase.EnvoyFileAccessLog:
                return OfFile(provider, mesh);
            case Provider.ProviderOneofCase.EnvoyHttpAls:
                return OfHttpService(reader, provider.EnvoyHttpAls);
            case Provider.ProviderOneofCase.EnvoyTcpAls:
                return OfTcpService(reader, provider.EnvoyTcpAls);
            case Provider.ProviderOneofCase.EnvoyOtelAls:
                return OfOpenTelemetry(reader, provider.EnvoyOtelAls);
            default:
                return null;
        }
    }

    private static AccessLog OfFile(Provider provider, MeshConfig mesh)
    {
        var settings = provider.EnvoyFileAccessLog;
        var format = settings.LogFormat;
        if (provider.Name == ExtensionProviders.BuiltInAccessLog && format is null && !settings.OmitEmptyValues)
            return MeshFile(settings.Path, mesh);
        var path = settings.Path.Length == 0 ? ExtensionProviders.StandardOutput : settings.Path;
        return format?.LogFormatCase switch
        {
            Provider.Types.EnvoyFileAccessLogProvider.Types.LogFormat.LogFormatOneofCase.Labels =>
                File(path, AccessLogFormats.Json(format.Labels is { Fields.Count: > 0 } ? format.Labels : null, settings.OmitEmptyValues)),
            // A format that says neither leaves the choice to Envoy.
            Provider.Types.EnvoyFileAccessLogProvider.Types.LogFormat.LogFormatOneofCase.None => File(path, null),
            _ => File(path, AccessLogFormats.Text(format?.Text ?? "", settings.OmitEmptyValues)),
        };
    }

    private static AccessLog? OfHttpService(IReader reader, Provider.Types.EnvoyHttpGrpcV3LogProvider settings)
    {
        if (ProviderServices.Resolve(reader, settings.Service, settings.Port) is not { } service)
            return null;
        var config = new HttpGrpcAccessLogConfig
        {
            CommonConfig = Common(Or(settings.LogName, HttpLogName), service.Cluster, service.Host, StateObjects(settings.FilterStateObjectsToLog)),
        };
        config.AdditionalRequestHeadersToLog.AddRange(settings.AdditionalRequestHeadersToLog);
        config.AdditionalResponseHeadersToLog.AddRange(settings.AdditionalResponseHeadersToLog);
        config.AdditionalResponseTrailersToLog.AddRange(settings.AdditionalResponseTrailersToLog);
        return Http(config);
    }

    private static AccessLog? OfTcpService(IReader reader, Provider.Types.EnvoyTcpGrpcV3LogProvider settings)
    {
        if (ProviderServices.Resolve(reader, settings.Service, settings.Port) is not { } service)
            return null;
        return Tcp(new TcpGrpcAccessLogConfig
        {
            CommonConfig = Common(Or(settings.LogName, TcpLogName), service.Cluster, service.Host, StateObjects(settings.FilterStateObjectsToLog)),
        });
    }

    private static AccessLog? OfOpenTelemetry(IReader reader, Provider.Types.EnvoyOpenTelemetryLogProvider settings)
    {
        if (ProviderServices.Resolve(reader, settings.Service, settings.Port) is not { } service)
            return null;
        var body = Or(settings.LogFormat?.Text ?? "", AccessLogFormats.DefaultText);
        var labels = settings.LogFormat?.Labels?.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).ToList() ?? [];
        var config = new OpenTelemetryAccessLogConfig
        {
            CommonConfig = Common(Or(settings.LogName, OtelLogName), service.Cluster, service.Host, AllPeerState),
            DisableBuiltinLabels = true,
            Body = new AnyValue { StringValue = body },
        };
        if (labels.Count > 0)
        {
            config.Attributes = new KeyValueList();
            config.Attributes.Values.AddRange(labels.Select(l => new OtlpKeyValue { Key = l.Key, Value = new AnyValue { StringValue = l.Value.StringValue } }));
        }

        config.Formatters.AddRange(AccessLogFormats.Formatters(labels.Select(l => l.Value.StringValue).Prepend(body)));
        return new AccessLog { Name = "envoy.access_loggers.open_telemetry", TypedConfig = ProtoJson.Pack(config) };
    }

    private static AccessLog File(string path, SubstitutionFormatString? format) => new()
    {
        Name = "envoy.access_loggers.file",
        TypedConfig = ProtoJson.Pack(new FileAccessLog { Path = path, LogFormat = format }),
    };

    private static AccessLog Http(HttpGrpcAccessLogConfig config) => new() { Name = "envoy.access_loggers.http_grpc", TypedConfig = ProtoJson.Pack(config) };

    private static AccessLog Tcp(TcpGrpcAccessLogConfig config) => new() { Name = "envoy.tcp_grpc_access_log", TypedConfig = ProtoJson.Pack(config) };

    private static CommonGrpcAccessLogConfig Common(string logName, string cluster, string authority, IEnumerable<string> state)
    {
        var config = new CommonGrpcAccessLogConfig
        {
            LogName = logName,
            GrpcService = new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = cluster, Authority = authority } },
            TransportApiVersion = ApiVersion.V3,
        };
        config.FilterStateObjectsToLog.AddRange(state);
        return config;
    }

    private static IReadOnlyList<string> StateObjects(IReadOnlyList<string> given) => given.Count > 0 ? given : PeerState;

    private static string Or(string given, string fallback) => given.Length > 0 ? given : fallback;

    /// <summary>A JSON object as written in the mesh settings; null where it is empty or can't be read, which means Istio's format.</summary>
    private static Struct? ReadJson(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            var problems = new List<JsonProblem>();
            var read = ProtoJson.Parse<Struct>(text, problems);
            return problems.Count == 0 ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
