using ControlPlane.Composition;
using ControlPlane.Pipeline.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Metrics;

/// <summary>/metrics and /version.</summary>
internal static class MonitoringEndpoints
{
    // The engine's numbers are read on its own thread; while that is busy the last ones have to do.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void MapMonitoring(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var engine = services.GetRequiredService<MeshEngine>();
        var metrics = services.GetRequiredService<EngineMetrics>();
        var collector = services.GetRequiredService<MetricCollector>();
        services.GetRequiredService<ProcessMetrics>();
        endpoints.MapGet("/metrics", async context =>
        {
            await UpdateAsync(engine, metrics);
            context.Response.ContentType = PrometheusText.ContentType;
            await context.Response.WriteAsync(PrometheusText.Write(collector.Collect()));
        }).On(ListenerRole.Monitoring);
        endpoints.MapGet("/version", static context => context.Response.WriteAsync(ProductVersion.Full)).On(ListenerRole.Monitoring);
    }

    private static async Task UpdateAsync(MeshEngine engine, EngineMetrics metrics)
    {
        if (!engine.IsReady)
            return;
        try
        {
            metrics.Update(await engine.GetStatisticsAsync().WaitAsync(Patience), engine.Snapshot);
        }
        catch (TimeoutException)
        {
            // See Patience.
        }
    }
}
