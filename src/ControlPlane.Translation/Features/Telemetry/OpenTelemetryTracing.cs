using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Config.Trace.V3;
using Envoy.Extensions.Tracers.Opentelemetry.ResourceDetectors.V3;
using Envoy.Extensions.Tracers.Opentelemetry.Samplers.V3;
using Google.Protobuf;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>The OpenTelemetry tracer.</summary>
internal static class OpenTelemetryTracing
{
    private const string DynatraceSamplingPath = "api/v2/samplingConfiguration";

    /// <summary>Its configuration, null where a service that it names is not known.</summary>
    public static OpenTelemetryConfig? Config(IReader reader, Provider.Types.OpenTelemetryTracingProvider settings, ProxyClass proxy)
    {
        if (ProviderServices.Resolve(reader, settings.Service, settings.Port) is not { } service)
            return null;
        var conventions = settings.ServiceAttributeEnrichment == Provider.Types.ServiceAttributeEnrichment.OtelSemanticConventions;
        var config = new OpenTelemetryConfig { ServiceName = conventions ? ServiceName(proxy) : proxy.ServiceCluster };
        if (settings.Http is { } http)
            config.HttpService = Http(service, http.Path, http);
        else
            config.GrpcService = Grpc(service, settings.Grpc);
        config.ResourceDetectors.AddRange(Detectors(settings.ResourceDetectors, conventions));
        if (settings.DynatraceSampler is not { } sampler)
            return config;
        if (Sampler(reader, sampler, service, settings.Http) is not { } built)
            return null;
        config.Sampler = built;
        return config;
    }

    private static HttpService Http((string Host, string Cluster) service, string path, Provider.Types.HttpService settings)
    {
        var result = new HttpService { HttpUri = new HttpUri { Uri = Join(service.Host, path), Cluster = service.Cluster, Timeout = settings.Timeout } };
        result.RequestHeadersToAdd.AddRange(TracingProviders.Headers(settings.Headers));
        return result;
    }

    private static GrpcService Grpc((string Host, string Cluster) service, Provider.Types.GrpcService? settings)
    {
        var result = new GrpcService
        {
            EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = service.Cluster, Authority = service.Host },
            Timeout = settings?.Timeout,
        };
        if (settings is not null)
            result.InitialMetadata.AddRange(settings.InitialMetadata.Select(h => new HeaderValue { Key = h.Name, Value = h.Value }));
        return result;
    }

    private static IEnumerable<TypedExtensionConfig> Detectors(Provider.Types.ResourceDetectors? settings, bool conventions)
    {
        if (settings?.Environment is not null)
            yield return Environment();
        if (settings?.Dynatrace is not null)
            yield return Extension("envoy.tracers.opentelemetry.resource_detectors.dynatrace", new DynatraceResourceDetectorConfig());
        if (conventions && settings?.Environment is null)
            yield return Environment();
    }

    private static TypedExtensionConfig Environment() =>
        Extension("envoy.tracers.opentelemetry.resource_detectors.environment", new EnvironmentResourceDetectorConfig());

    private static TypedExtensionConfig? Sampler(
        IReader reader,
        Provider.Types.OpenTelemetryTracingProvider.Types.DynatraceSampler settings,
        (string Host, string Cluster) exporter,
        Provider.Types.HttpService? exporterHttp)
    {
        var config = new DynatraceSamplerConfig { Tenant = settings.Tenant, ClusterId = settings.ClusterId, RootSpansPerMinute = settings.RootSpansPerMinute };
        if (settings.HttpService is { } own)
        {
            if (ProviderServices.Resolve(reader, own.Service, own.Port) is not { } service)
                return null;
            config.HttpService = Http(service, own.Http?.Path ?? "", own.Http ?? new Provider.Types.HttpService());
        }
        else if (exporterHttp is not null)
        {
            config.HttpService = Http(exporter, DynatraceSamplingPath, exporterHttp);
        }
        else
        {
            return null;
        }

        return Extension("envoy.tracers.opentelemetry.samplers.dynatrace", config);
    }

    /// <summary>The service name by OpenTelemetry's conventions for Kubernetes.</summary>
    private static string ServiceName(ProxyClass proxy) =>
        NotEmpty(proxy.MetadataText(ProxyClassifier.TelemetryNameAnnotation))
        ?? NotEmpty(proxy.Labels["app.kubernetes.io/instance"])
        ?? NotEmpty(proxy.Labels["app.kubernetes.io/name"])
        ?? NotEmpty(proxy.MetadataText("WORKLOAD_NAME"))
        ?? "unknown_service";

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Host and path with one slash between; no scheme, as Istio writes it.</summary>
    private static string Join(string host, string path) => path.Length == 0 ? host : $"{host}/{path.TrimStart('/')}";

    private static TypedExtensionConfig Extension(string name, IMessage config) => new() { Name = name, TypedConfig = ProtoJson.Pack(config) };
}
