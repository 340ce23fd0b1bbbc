using ControlPlane.Pipeline.Tracing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ControlPlane.Tracing;

/// <summary>
/// Sends the traces of changes to an OTLP receiver for the life of the server. OpenTelemetry's own variables say the rest: OTEL_EXPORTER_OTLP_PROTOCOL and
/// _HEADERS, OTEL_TRACES_SAMPLER and its _ARG, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_BSP_*.
/// </summary>
internal sealed class TraceExport(Uri endpoint, TimeProvider time, ILogger<TraceExport> logger) : IHostedService, IDisposable
{
    private const string ServiceName = "istiod";
    private const string HttpPath = "v1/traces";

    private ExportFaults? _faults;
    private TracerProvider? _provider;

    /// <summary>Where traces go: over HTTP to a path below the endpoint, over gRPC to the endpoint.</summary>
    public static Uri Target(Uri endpoint, OtlpExportProtocol protocol) => protocol == OtlpExportProtocol.HttpProtobuf
        ? new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + HttpPath)
        : endpoint;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _faults = new ExportFaults(time, logger);
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(static resource => resource.Clear()
                .AddService(ServiceName, serviceVersion: ProductVersion.Full, serviceInstanceId: Environment.MachineName, autoGenerateServiceInstanceId: false)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .AddSource(ChangeTracing.SourceName)
            .AddOtlpExporter(options => options.Endpoint = Target(endpoint, options.Protocol))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Sends what waits, for at most OpenTelemetry's five seconds.
    public void Dispose()
    {
        _provider?.Dispose();
        _faults?.Dispose();
    }
}
