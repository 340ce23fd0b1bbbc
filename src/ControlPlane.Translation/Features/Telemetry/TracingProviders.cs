using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Config.Trace.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HcmTracing = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.Tracing;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Makes the provider part of a tracing block.</summary>
internal static class TracingProviders
{
    private const string ZipkinPath = "/api/v2/spans";
    private static readonly Duration ZipkinTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(5));

    /// <summary>
    /// The block with its provider, and whether that samples itself; null where the provider does not trace or its service is not
    /// known. Lightstep is gone from Envoy, so a provider of that kind does not trace.
    /// </summary>
    public static (HcmTracing Tracing, bool OwnSampler)? Of(IReader reader, Provider provider, ProxyClass proxy)
    {
        switch (provider.ProviderCase)
        {
            case Provider.ProviderOneofCase.Zipkin:
                return Block("envoy.tracers.zipkin", Zipkin(reader, provider.Zipkin, proxy), provider.Zipkin.MaxTagLength);
            case Provider.ProviderOneofCase.Datadog:
                return Block("envoy.tracers.datadog", Datadog(reader, provider.Datadog, proxy), provider.Datadog.MaxTagLength);
            case Provider.ProviderOneofCase.Skywalking:
                if (Block("envoy.tracers.skywalking", Skywalking(reader, provider.Skywalking), 0) is not { } skywalking)
                    return null;
                skywalking.Tracing.SpawnUpstreamSpan = true;
                return skywalking;
            case Provider.ProviderOneofCase.Opentelemetry:
                var config = OpenTelemetryTracing.Config(reader, provider.Opentelemetry, proxy);
                return Block("envoy.tracers.opentelemetry", config, provider.Opentelemetry.MaxTagLength, config?.Sampler is not null);
            default:
                return null;
        }
    }

    /// <summary>Headers of requests to a collector. Values from the environment of istiod have no counterpart here and are empty.</summary>
    public static IEnumerable<HeaderValueOption> Headers(IEnumerable<Provider.Types.HttpHeader> headers) => headers.Select(h => new HeaderValueOption
    {
        AppendAction = HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd,
        Header = new HeaderValue { Key = h.Name, Value = h.Value },
    });

    private static (HcmTracing Tracing, bool OwnSampler)? Block(string name, IMessage? config, uint maxTagLength, bool ownSampler = false)
    {
        if (config is null)
            return null;
        var tracing = new HcmTracing { Provider = new Tracing.Types.Http { Name = name, TypedConfig = ProtoJson.Pack(config) } };
        if (maxTagLength != 0)
            tracing.MaxPathTagLength = maxTagLength;
        return (tracing, ownSampler);
    }

    private static ZipkinConfig? Zipkin(IReader reader, Provider.Types.ZipkinTracingProvider settings, ProxyClass proxy)
    {
        if (ProviderServices.Resolve(reader, settings.Service, settings.Port) is not { } service)
            return null;
        var path = settings.Path.Length == 0 ? ZipkinPath : settings.Path;
        var config = new ZipkinConfig
        {
            CollectorEndpointVersion = ZipkinConfig.Types.CollectorEndpointVersion.HttpJson,
            TraceId128Bit = !settings.Enable64BitTraceId,
            SharedSpanContext = false,
        };
        if (IstioVersions.AtLeast(proxy.IstioVersion, 1, 29))
        {
            config.CollectorService = new HttpService
            {
                HttpUri = new HttpUri { Uri = $"http://{service.Host}{path}", Cluster = service.Cluster, Timeout = settings.Timeout ?? ZipkinTimeout },
            };
            config.CollectorService.RequestHeadersToAdd.AddRange(Headers(settings.Headers));
        }
        else
        {
            config.CollectorCluster = service.Cluster;
            config.CollectorEndpoint = path;
            config.CollectorHostname = service.Host;
        }

        var w3c = settings.TraceContextOption == Provider.Types.ZipkinTracingProvider.Types.TraceContextOption.UseB3WithW3CPropagation;
        if (w3c && IstioVersions.AtLeast(proxy.IstioVersion, 1, 28))
            config.TraceContextOption = ZipkinConfig.Types.TraceContextOption.UseB3WithW3CPropagation;
        return config;
    }

    private static DatadogConfig? Datadog(IReader reader, Provider.Types.DatadogTracingProvider settings, ProxyClass proxy) =>
        ProviderServices.Resolve(reader, settings.Service, settings.Port) is { } service
            ? new DatadogConfig { CollectorCluster = service.Cluster, ServiceName = proxy.ServiceCluster, CollectorHostname = service.Host }
            : null;

    private static SkyWalkingConfig? Skywalking(IReader reader, Provider.Types.SkyWalkingTracingProvider settings) =>
        ProviderServices.Resolve(reader, settings.Service, settings.Port) is { } service
            ? new SkyWalkingConfig
            {
                GrpcService = new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = service.Cluster, Authority = service.Host } },
            }
            : null;
}
